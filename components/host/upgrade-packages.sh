#!/bin/bash
# Upgrades packages to the newest version of this host's sources; services stay as they are, for the caller to restart
# them in its own time. Arguments: a word that says which upgrade this is, so that it is done once, and the packages.
set -euo pipefail
. prelude
. lib/environment.sh
export DEBIAN_FRONTEND=noninteractive
. lib/log.sh
. lib/apt.sh

word=$1
shift
[[ $(cat "$STATE/upgraded" 2> /dev/null) != "$word" ]] || exit 0
log=$(mktemp)
trap 'release_services; rm -f "$log"' EXIT
hold_services
versions() { dpkg-query --show --showformat '${Package} ${Version}\n' "$@" 2> /dev/null | sort; }
before=$(versions "$@")
apt_get update || {
    say "the package lists could not be refreshed; nothing was upgraded. Run again."
    exit 1
}
apt_get install --only-upgrade "$@" || {
    say "the packages could not be upgraded: $*"
    exit 1
}
upgraded=$(comm -13 <(echo "$before") <(versions "$@") | paste --serial --delimiters , | sed 's/,/, /g')
echo "$word" > "$STATE/upgraded"
say "upgraded: ${upgraded:-nothing, all packages are the newest}"
