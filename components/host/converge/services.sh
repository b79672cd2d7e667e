# shellcheck shell=bash
# Brings each service up with the new configuration, by the least that does it: nothing, a reload, a restart or a start.

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
    rm -f "$RUN"/vrrp-state*
}

# Earlier versions kept the state of their one instance elsewhere: it counts until keepalived tells of it again. A copy,
# because a watcher of such a version still reads the file.
keep_earlier_state() {
    local service instance
    [[ -e $RUN/vrrp-state ]] || return 0
    for service in "${services[@]}"; do
        while read -r instance _; do
            if [[ -z $instance || -e $VRRP_STATES/$instance ]]; then continue; fi
            mkdir -p "$VRRP_STATES"
            cp "$RUN/vrrp-state" "$VRRP_STATES/$instance"
        done <<< "$(rules "$service" ready-vrrp)"
    done
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
    if [[ $action == reload ]]; then restart_if_silent "$service" || return 1; fi
    wait_until_ready "$service" || return 1
    clear_flag "$service" || fail "$service: the file that says whether it runs could not be written"
}

adopt() { # SERVICE
    [[ ! -e $STATE/services/$1 ]] || return 0
    remember_service "$1" || fail "what $1 was before could not be kept" || return 1
    adopted[$1]=yes
}

action_for() { # SERVICE: prints start, restart, reload or nothing
    if ! systemctl is-active --quiet "$1"; then
        echo start
    elif is_outdated "$1" || [[ -n $run_folder_was_gone && -n $(rules "$1" ready-vrrp) ]]; then
        echo restart
    elif any_changed "$1" restart-after; then
        echo restart
    elif any_changed "$1" reload-after; then
        if must_rebind "$1"; then echo restart; else echo reload; fi
    fi
}

any_changed() { # SERVICE reload-after|restart-after
    local path
    while IFS= read -r path; do
        if [[ -n $path ]] && was_changed "$path"; then return 0; fi
    done <<< "$(rules "$1" "$2")"
    return 1
}

# The program on disk is not the one that runs: its package was upgraded.
is_outdated() { # SERVICE
    local pid
    pid=$(systemctl show --property MainPID --value "$1")
    [[ $pid != 0 && $(readlink "/proc/$pid/exe") == *" (deleted)" ]]
}

# A reload of keepalived 2.2.7 loses the call of the notify script for a FAULT that ends at that moment, as when the
# proxy was just replaced; the state of the host would be unknown from then on. A host in FAULT holds nothing, so a
# restart costs nothing.
restart_if_silent() { # SERVICE
    [[ -n $(rules "$1" ready-vrrp) ]] || return 0
    wait_until_ready "$1" "$RELOAD_SECONDS" && return 0
    is_in_fault "$1" || return 0
    action_of[$1]=restart
    systemctl restart "$1" || fail "$1 could not be restarted: $(journal "$1")" || return 1
    say "$1: restart, since it did not say what it is after the reload"
}

is_in_fault() { # SERVICE: any of its VRRP instances
    local instance
    while read -r instance _; do
        if [[ -n $instance && $(vrrp_state "$instance") == FAULT ]]; then return 0; fi
    done <<< "$(rules "$1" ready-vrrp)"
    return 1
}

. converge/revertServices.sh
