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

# What an instance was that is no longer there is nothing that this host holds.
forget_removed_states() {
    local service state known
    known=$(for service in "${services[@]}"; do rules "$service" ready-vrrp; done | cut -d " " -f 1)
    for state in "$VRRP_STATES"/*; do
        [[ -e $state ]] || continue
        grep -qxF "${state##*/}" <<< "$known" || rm -f "$state" "$VRRP_STATES/.${state##*/}".*
    done
}

# A reload of keepalived 2.2.7 loses the call of the notify script for a FAULT that ends at that moment, as when the
# proxy was just replaced; the state of the host would be unknown from then on. Whatever else keeps it in FAULT, a host
# that is in it holds nothing, so a restart costs nothing.
restart_if_stuck() { # SERVICE
    [[ -n $(rules "$1" ready-vrrp) ]] || return 0
    wait_until_ready "$1" "$RELOAD_SECONDS" && return 0
    is_in_fault "$1" || return 0
    action_of[$1]=restart
    systemctl restart "$1" || fail "$1 could not be restarted: $(journal "$1")" || return 1
    say "$1: restart, since it says FAULT and nothing is wrong here"
}

is_in_fault() { # SERVICE: some of its VRRP instances, and the host holds the VIP of none
    local instance found=1
    while read -r instance _; do
        case $(vrrp_state "$instance") in
            MASTER) return 1 ;;
            FAULT) found=0 ;;
        esac
    done <<< "$(rules "$1" ready-vrrp)"
    return "$found"
}
