# shellcheck shell=bash
# Needs `refuse`.

# Until this program ends no other one changes what is in $STATE.
lock_state() {
    exec 9> "$STATE/lock"
    flock --wait 300 9 || refuse "another run has been busy on this host for five minutes"
    # What it waited for may have been the end of all that is ours here.
    [[ /proc/self/fd/9 -ef $STATE/lock ]] || refuse "the host was given back while this run waited for it. Run again."
}
