# shellcheck shell=bash
# The kernel setting that lets a proxy listen on an address that the host does not have.
readonly NONLOCAL_BIND_KEY=net.ipv4.ip_nonlocal_bind

# Applies our file or, where that has gone, brings back what was set before.
apply_sysctl() {
    if [[ -e $NONLOCAL_BIND ]]; then
        remember_sysctl
        sysctl -q -p "$NONLOCAL_BIND"
    elif [[ -e $STATE/sysctl ]]; then
        sysctl -q -p "$STATE/sysctl"
        rm -f "$STATE/sysctl"
    fi
}

remember_sysctl() {
    [[ -e $STATE/sysctl ]] || write_list "$STATE/sysctl" "$NONLOCAL_BIND_KEY=$(sysctl -n "$NONLOCAL_BIND_KEY")"
}

# nginx's checker binds the addresses, so the setting must be there before it runs; it goes again when the new files do
# not come.
sysctl_for_checks() {
    [[ -e $work/staged$NONLOCAL_BIND ]] || return 0
    remember_sysctl
    sysctl -q -p "$work/staged$NONLOCAL_BIND"
}
