#!/bin/bash
# Tells what happens on this host while it is watched, one fact a line, until standard input ends or LIMIT seconds
# passed without a word from there. Nothing is polled: the kernel tells of addresses, the journal of both daemons.
# Changes nothing.
#
#   VIP STATE PROXY LIMIT [SINCE]   the virtual IP, the file that holds its VRRP state, the proxy's systemd service;
#                                   also what the journal has since then, in Unix seconds
#
# Asked `time` it says what its clock shows, which is how far away and how late a host is found out; asked `look` it
# says what it is now.
set -uo pipefail
export LC_ALL=C TZ=UTC PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
vip=$1 state=$2 proxy=$3 limit=$4 since=${5:-}
family=4 length=32
if [[ $vip == *:* ]]; then family=6 length=128; fi

past=(--lines 0)
if [[ -n $since ]]; then past=(--lines all --since "@$since"); fi

# This shell leads a process group of its own (setsid): with it go the programs that follow.
trap 'trap - EXIT TERM; kill 0' EXIT

look() {
    local held=no
    if ip -o "-$family" address show to "$vip/$length" | grep -q .; then held=yes; fi
    printf 'look %s %s %s\n' "$EPOCHREALTIME" "$held" "$(cat "$state" 2> /dev/null)"
}

ip -ts -o "-$family" monitor address | grep --line-buffered -F " $vip/" | sed -u 's/^/address /' &
journalctl --quiet --follow "${past[@]}" \
    --output json --output-fields MESSAGE,UNIT,_SYSTEMD_UNIT,_SOURCE_REALTIME_TIMESTAMP \
    --unit keepalived --unit "$proxy" --unit ha-api-drill-revert | sed -u 's/^/journal /' &
# Both must listen before the first look, or a change between them would be lost.
sleep 0.3
look
while read -r -t "$limit" word; do
    case $word in
        time) printf 'time %s\n' "$EPOCHREALTIME" ;;
        look) look ;;
    esac
done
