# shellcheck shell=bash
# The states of VRRP instances, which keepalived's notify script writes down.

vrrp_state() { # INSTANCE: prints MASTER, BACKUP, FAULT or nothing
    cat "$VRRP_STATES/$1" 2> /dev/null || true
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
