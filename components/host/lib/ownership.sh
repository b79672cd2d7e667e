# shellcheck shell=bash
# Needs lib/log.sh.

# Another resource has taken this host over, as when it was renamed: what is on the host belongs to that one now.
leave_to_other_owner() { # RESOURCE, or nothing to skip the check
    if [[ -n ${1:-} && -s $STATE/owner && $(cat "$STATE/owner") != "$1" ]]; then
        say "this host belongs to $(cat "$STATE/owner") now and was left as it is"
        exit 0
    fi
}
