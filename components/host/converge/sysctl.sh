# shellcheck shell=bash
# The kernel settings that let a proxy listen on an address that the host does not have: those of our file.

# Applies our file or, where that has gone, brings back what was set before.
apply_sysctl() {
    if [[ -e $NONLOCAL_BIND ]]; then
        remember_sysctl "$NONLOCAL_BIND"
        sysctl -q -p "$NONLOCAL_BIND"
    elif [[ -e $STATE/sysctl ]]; then
        sysctl -q -p "$STATE/sysctl"
        rm -f "$STATE/sysctl"
    fi
}

# Once, what the settings of a file are before it is applied.
remember_sysctl() { # FILE
    local key
    local -a before=()
    [[ ! -e $STATE/sysctl ]] || return 0
    while IFS= read -r key; do before+=("$key=$(sysctl -n "$key")"); done < <(sed -nE 's/^([a-z][^ =]*) *=.*/\1/p' "$1")
    write_list "$STATE/sysctl" "${before[@]}"
}

# nginx's checker binds the addresses, so the setting must be there before it runs; it goes again when the new files do
# not come.
sysctl_for_checks() {
    [[ -e $work/staged$NONLOCAL_BIND ]] || return 0
    remember_sysctl "$work/staged$NONLOCAL_BIND"
    sysctl -q -p "$work/staged$NONLOCAL_BIND"
}
