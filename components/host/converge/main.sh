#!/bin/bash
# Brings this host to the state described by the manifest on standard input: stage the files, check them with the
# daemons' own checkers, swap them in, reload what changed, wait until it serves. When anything fails the host goes back
# to its last good configuration. Running it again changes nothing.
#
# Whatever needs room on a disk is done before anything is changed: the new files are whole beside those they replace,
# and what a rollback needs is whole in $STATE/before. From then on there are renames only, forth and back, so that a
# disk that fills up meanwhile spoils nothing.
#
# The manifest (components/render/host.ts writes it) is a list of blocks, each begun by a line with four equals signs:
#   ==== host ADDRESS [INTERFACE]     first
#   ==== file PATH MODE [GROUP]       followed by the file's lines
#   ==== credential PATH NAME         a file only root may read: what the credentials step left under that name
#   ==== log PATH                     a log file of ours, to be removed with us
#   ==== upgrade WORD PACKAGE ...     packages to upgrade, once for each word
#   ==== service NAME                 followed by:
#        process NAME                          its sockets belong to processes of this name
#        replaces NAME                         a port that processes of this name have is free for it
#        check COMMAND                         tests the configuration; {PATH} stands for a copy of the staged file
#        reload-after PATH, restart-after PATH what it does when the file has changed
#        port PROTOCOL PORT ADDRESS            listens there
#        ready-answer ADDRESS PORT banner|http TEXT
#        ready-vrrp INSTANCE VIP
#        ready-announced VIP TABLE SECONDS     has a route there, within that time
#        running-flag PATH                     holds 0 while the service runs
#   ==== end                          last: a manifest without it was truncated and is refused
set -euo pipefail
# Also in $(...).
shopt -s inherit_errexit
. prelude
. lib/environment.sh
. lib/log.sh
. lib/lock.sh
. lib/files.sh
. lib/services.sh
. lib/statusPort.sh
. lib/addresses.sh
. lib/layout.sh
. lib/wayBack.sh

readonly READY_SECONDS=20 RELOAD_SECONDS=3
# What must be left on a disk beside what is written to it: the services write there too.
readonly SPARE_KB=1024 SPARE_INODES=64

# The run itself: why it must be rolled back if it ends now (empty: nothing is half done), what failed in a service, and
# whether the user has been told why the run ends.
declare -A run=([rollback_reason]="" [failure]="" [explained]="")

refuse() { # WHY ...
    say "$*"
    end_explained
}

# Also where a subshell has reported why.
end_explained() {
    run[explained]=yes
    exit 1
}

. converge/lists.sh
. converge/room.sh
. converge/placeholders.sh
. converge/manifest.sh
. converge/sockets.sh
. converge/configurationTests.sh
. converge/sysctl.sh
. converge/folders.sh
. converge/prepare.sh
. converge/swap.sh
. converge/replacedServices.sh
. converge/transaction.sh
. converge/vrrpStates.sh
. converge/readiness.sh
. converge/actions.sh
. converge/services.sh
. converge/revertServices.sh

begin() {
    [[ $(id -u) == 0 ]] || refuse "must run as root"
    refuse_newer_layout
    mkdir -p "$STATE"
    chmod 0700 "$STATE"
    lock_state
    forget_former_way_back
    mkdir -p "$STATE/services" "$STATE/original"
    touch "$STATE/managed" "$STATE/logs"
    # Of runs that were interrupted; there may be credentials in it.
    rm -rf "$STATE"/run.*
    work=$(mktemp -d "$STATE/run.XXXXXX")
    trap on_exit EXIT
    discard_prepared
    read_list "$STATE/managed" managed
    # Where the checkers leave what they need.
    export TMPDIR=$work
    # The caller may hang up: what was begun is brought to its end.
    trap '' PIPE HUP
}

begin
# To its last character: a line that has no end was truncated.
manifest=$(
    cat
    echo .
)
manifest=${manifest%.}
check_room "$manifest"
read_manifest < <(printf %s "$manifest")
resume_interrupted
sysctl_for_checks
check_all
remember_logs
prepare
run[rollback_reason]="the run ended before its time"
stop_replaced_services
swap_all
if ((${#changed[@]} > 0)); then
    systemctl daemon-reload
    apply_sysctl
fi
bring_up_all
restore_replaced_services
commit
forget_credentials
# Beside the files it is about there is room for it, or the next run writes it.
write_layout || true
# Clients of other networks are answered by it: from now on a host that has none is unhealthy.
if [[ -n $(ip "-$family" route show default 2> /dev/null || true) ]]; then : > "$STATE/default-route" || true; fi
if ((${#changed[@]} + ${#action_of[@]} + ${#replaced[@]} == 0)); then say "nothing to change"; fi
