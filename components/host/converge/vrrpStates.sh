# shellcheck shell=bash
# The states of VRRP instances, which keepalived's notify script writes down.

vrrp_state() { # INSTANCE: prints MASTER, BACKUP, FAULT or nothing
    cat "$VRRP_STATES/$1" 2> /dev/null || true
}

# 0.1.0 keeps the state of its one instance in another file, and its watcher reads it there. What that file says counts
# until keepalived tells of it again; after a way back to that version, too.
keep_earlier_state() {
    local service instance
    [[ ! -L $RUN/vrrp-state ]] || return 0
    for service in "${services[@]}"; do
        while read -r instance _; do
            [[ -n $instance && $RUN/vrrp-state -nt $VRRP_STATES/$instance ]] || continue
            mkdir -p "$VRRP_STATES"
            cp "$RUN/vrrp-state" "$VRRP_STATES/$instance"
        done <<< "$(rules "$service" ready-vrrp)"
    done
}

# The file becomes a link to the state: 0.1.0 finds what keepalived says only when it changes.
link_earlier_state() {
    [[ ! -L $RUN/vrrp-state ]] || return 0
    rm -f "$RUN"/vrrp-state*
    systemd-tmpfiles --create /etc/tmpfiles.d/ha-api.conf
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
