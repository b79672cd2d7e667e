# shellcheck shell=bash
# Brings each service up with the new configuration, by the smallest action that does it: nothing, a reload, a restart
# or a start.

# By service, what was done to it, or `unknown` after an interrupted run; services that this run manages for the first
# time.
declare -A action_of=() adopted=()
# Set where the run-time folder was not there: keepalived, which watches files in it, watches nothing then, and reports
# no state.
run_folder_was_gone=""

bring_up_all() {
    local service
    [[ -e $RUN/proxy-down ]] || run_folder_was_gone=yes
    systemd-tmpfiles --create /etc/tmpfiles.d/ha-api.conf
    # After the swap: the drop-ins that hand the VIP over before a service stops are in force.
    if ((${#upgrade[@]} > 0)); then
        upgrade-packages "${upgrade[@]}" || {
            rollback "the packages could not be upgraded"
            exit 1
        }
    fi
    keep_earlier_state
    for service in "${services[@]}"; do
        if ! bring_up "$service"; then
            rollback "${run[failure]}"
            exit 1
        fi
    done
    link_earlier_state
    forget_removed_states
}

fail() { # WHY ...
    run[failure]="$*"
    return 1
}

# Sets run[failure] where it fails.
bring_up() { # SERVICE
    local service=$1 action
    run[failure]="$service could not be brought up"
    adopt "$service" || return 1
    enable_service "$service" || fail "$service could not be enabled" || return 1
    action=$(action_for "$service")
    if [[ -n $action ]]; then
        action_of[$service]=$action
        systemctl reset-failed "$service" 2> /dev/null || true
        systemctl "$action" "$service" || fail "$service could not be ${action}ed: $(journal "$service")" || return 1
        say "$service: $action"
    fi
    if [[ -z $action || $action == reload ]]; then restart_if_stuck "$service" || return 1; fi
    wait_until_ready "$service" || return 1
    clear_flag "$service" || fail "$service: the file that says whether it runs could not be written"
}

adopt() { # SERVICE
    [[ ! -e $STATE/services/$1 ]] || return 0
    remember_service "$1" || fail "what $1 was before could not be kept" || return 1
    adopted[$1]=yes
}
