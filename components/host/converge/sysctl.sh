# shellcheck shell=bash
# The kernel settings that let a proxy listen on an address that the host does not have: those of our file.

# Applies our file or, where that has gone, brings back what was set before.
apply_sysctl() {
    if [[ -e $NONLOCAL_BIND ]]; then
        remember_sysctl "$NONLOCAL_BIND"
        restore_others "$NONLOCAL_BIND"
        sysctl -q -p "$NONLOCAL_BIND"
    elif [[ -e $STATE/sysctl ]]; then
        sysctl -q -p "$STATE/sysctl"
        rm -f "$STATE/sysctl"
    fi
}

# Once, what the settings of a file are before it is applied.
remember_sysctl() { # FILE
    local key known
    local -a before=()
    read_list "$STATE/sysctl" before
    known=${#before[@]}
    while IFS= read -r key; do
        if ! grep -qsF "$key=" "$STATE/sysctl"; then before+=("$key=$(sysctl -n "$key")"); fi
    done < <(settings_of "$1")
    if ((${#before[@]} > known)); then write_list "$STATE/sysctl" "${before[@]}"; fi
}

settings_of() { sed -nE 's/^([a-z][^ =]*) *=.*/\1/p' "$1"; } # FILE

# What an earlier file set and this one does not.
restore_others() { # FILE
    local setting
    local -a kept=() before=()
    read_list "$STATE/sysctl" before
    for setting in "${before[@]}"; do
        if grep -qxF "${setting%%=*}" <(settings_of "$1"); then kept+=("$setting"); else sysctl -q -w "$setting"; fi
    done
    if ((${#kept[@]} < ${#before[@]})); then write_list "$STATE/sysctl" "${kept[@]}"; fi
}

# nginx's checker binds the addresses, so the setting must be there before it runs; it goes again when the new files do
# not come.
sysctl_for_checks() {
    [[ -e $work/staged$NONLOCAL_BIND ]] || return 0
    remember_sysctl "$work/staged$NONLOCAL_BIND"
    sysctl -q -p "$work/staged$NONLOCAL_BIND"
}
