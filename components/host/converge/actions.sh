# shellcheck shell=bash
# The least that makes a service run with the new configuration.

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
