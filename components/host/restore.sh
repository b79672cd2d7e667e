#!/bin/bash
# Gives a machine that was there before us its own configuration back: original files, and services as they were found.
set -euo pipefail
. prelude
. lib/environment.sh
. lib/log.sh
. lib/refuse.sh
. lib/lock.sh
. lib/ownership.sh
. lib/files.sh
. lib/services.sh
. lib/wayBack.sh

leave_to_other_owner "${1:-}"

nothing_to_restore() {
    say "nothing to restore"
    exit 0
}

[[ -d $STATE ]] || nothing_to_restore
# A configuration step whose caller is gone brings to its end what it has begun.
lock_state
forget_former_way_back
[[ -e $STATE/managed ]] || nothing_to_restore
for file in "$STATE"/services/*; do
    [[ -e $file ]] || continue
    service=$(basename "$file")
    systemctl stop "$service" || true
    # As long as its unit is there: systemd takes no link away that leads nowhere.
    read -r enabled _ < "$file" || true
    if [[ $enabled == disabled || $enabled == not-found ]]; then
        systemctl disable --quiet "$service" 2> /dev/null || true
    fi
done
while IFS= read -r path; do
    # Whole, or as it is: a disk may be full.
    if [[ -e $STATE/original$path ]]; then copy_whole "$STATE/original$path" "$path"; else rm -f "$path"; fi
done < "$STATE/managed"
# Of a configuration step that was cut off.
while read -r _ path; do rm -f "$path.ha-api-new"; done < <(cat "$STATE/preparing" "$STATE/pending" 2> /dev/null)
# The innermost first.
if [[ -e $STATE/folders ]]; then
    sort -ru "$STATE/folders" | xargs -r -d '\n' rmdir --ignore-fail-on-non-empty 2> /dev/null || true
fi
if [[ -e $STATE/sysctl ]]; then sysctl -q -p "$STATE/sysctl"; fi
systemctl daemon-reload
for file in "$STATE"/services/*; do
    [[ -e $file ]] || continue
    give_back_service "$(basename "$file")"
done
# The services as found are needed once more where packages are brought back, whose own programs enable and start them.
if [[ -d $STATE/services ]]; then
    rm -rf "$STATE/services.found"
    mv "$STATE/services" "$STATE/services.found"
fi
mv -f "$STATE/managed" "$STATE/restored"
forget_way_back
say "the original configuration is back"
