#!/bin/sh
# keepalived's notify script: INSTANCE NAME STATE PRIORITY. Writes down the state for the converge program, the watcher and people.
#
# keepalived starts it at each change and does not wait for the one before: of two that run at once, the one that was started last has the
# word, whichever comes to it first. The kernel knows: when a process was started, in ticks since the boot, and its number.
set -eu
umask 022
. prelude
state=$3
mkdir -p "$RUN"
read -r stat < "/proc/$$/stat"
# shellcheck disable=SC2086
set -- ${stat##*) }
started=${20} number=$$
exec 9> "$RUN/vrrp-state.lock"
flock 9
# Numbers begin again at their end: one that is far greater was given before.
if read -r last last_number 2> /dev/null < "$RUN/vrrp-state.by" &&
    { [ "$last" -gt "$started" ] || { [ "$last" = "$started" ] && [ "$last_number" -gt "$number" ] && [ $((last_number - number)) -lt 10000 ]; }; }; then
    exit 0
fi
echo "$state" > "$RUN/vrrp-state.new"
echo "$started $number" > "$RUN/vrrp-state.by"
mv "$RUN/vrrp-state.new" "$RUN/vrrp-state"
