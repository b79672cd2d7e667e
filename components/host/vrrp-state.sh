#!/bin/sh
# keepalived's notify script: INSTANCE NAME STATE PRIORITY. Writes down the instance's state for the converge program,
# the watcher and people.
#
# keepalived starts it at each change and does not wait for the one before: of two that run at once, the one that was
# started last has the word, whichever comes to it first. The kernel knows: when a process was started, in ticks since
# the boot, and its number.
set -eu
umask 022
. prelude
name=$2 state=$3
mkdir -p "$VRRP_STATES"
read -r stat < "/proc/$$/stat"
# shellcheck disable=SC2086
set -- ${stat##*) }
started=${20} number=$$
exec 9> "$VRRP_STATES/.$name.lock"
flock 9
# Numbers begin again at their end: one that is far greater was given before.
is_overtaken() {
    [ "$last" -gt "$started" ] && return 0
    [ "$last" = "$started" ] && [ "$last_number" -gt "$number" ] && [ $((last_number - number)) -lt 10000 ]
}
if read -r last last_number 2> /dev/null < "$VRRP_STATES/.$name.by" && is_overtaken; then exit 0; fi
echo "$state" > "$VRRP_STATES/.$name.new"
echo "$started $number" > "$VRRP_STATES/.$name.by"
mv "$VRRP_STATES/.$name.new" "$VRRP_STATES/$name"
