# shellcheck shell=bash
# For a rollback, after the files, in the order in which the services were brought up.
revert_services() {
    local service
    for service in "${services[@]}"; do
        if contains "$service" "${replaced[@]}"; then continue; fi
        case ${action_of[$service]:-} in
            "") ;;
            start) systemctl stop "$service" || true ;;
            restart) systemctl restart "$service" || true ;;
            *) systemctl reload-or-restart "$service" || true ;;
        esac
    done
    start_replaced_services
    # Where this was the first run with a service, it is the owner's again, or no one's.
    for service in "${!adopted[@]}"; do
        give_back_service "$service" || true
        rm -f "$STATE/services/$service"
    done
}
