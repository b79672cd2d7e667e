# shellcheck shell=bash
# Services of an earlier configuration that this one does not have, such as a proxy of another kind: they make room.

# Those that this run stopped, or the interrupted one it resumes.
declare -a replaced=()

stop_replaced_services() {
    local file service
    for file in "$STATE"/services/*; do
        service=$(basename "$file")
        if [[ ! -e $file ]] || contains "$service" "${services[@]}"; then continue; fi
        systemctl is-active --quiet "$service" || systemctl is-enabled --quiet "$service" || continue
        # On record before it is done: a service that is not on record is not started again.
        replaced+=("$service")
        write_list "$STATE/retired" "${replaced[@]}"
        systemctl disable --quiet "$service" || true
        systemctl stop "$service" || true
        # HAProxy after a reload may end by the signal that stops it, which systemd calls a failure.
        systemctl reset-failed "$service" 2> /dev/null || true
        say "$service: stop"
    done
}

# They get their own configuration, which is back by now, and are enabled and started as they were found. A service that
# is wanted again later is remembered again.
restore_replaced_services() {
    local service
    for service in "${replaced[@]}"; do
        if [[ ! -e $STATE/services/$service ]] || contains "$service" "${services[@]}"; then continue; fi
        give_back_service "$service"
        rm -f "$STATE/services/$service"
    done
}

# For a rollback.
start_replaced_services() {
    local service
    for service in "${replaced[@]}"; do
        systemctl enable --quiet "$service" || true
        systemctl start "$service" || true
    done
}
