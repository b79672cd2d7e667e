#!/bin/bash
# Gives a machine that was there before us its own configuration back: original files, and services as they were found.
set -euo pipefail
readonly STATE=/var/lib/ha-api
export PATH=/usr/local/libexec/ha-api:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
say() { echo "$(hostname): $*" >&2 || true; }
# shellcheck disable=SC1091
. services

# Another resource has taken this host over, as when it was given another name: what is there is that one's.
if [[ -n ${1:-} && -s $STATE/owner && $(cat "$STATE/owner") != "$1" ]]; then say "this host belongs to $(cat "$STATE/owner") now and was left as it is"; exit 0; fi

[[ -e $STATE/managed ]] || { say "nothing to restore"; exit 0; }
for file in "$STATE"/services/*; do
    [[ -e $file ]] || continue
    service=$(basename "$file")
    systemctl stop "$service" || true
    # As long as its unit is there: systemd takes no link away that leads nowhere.
    read -r enabled _ < "$file" || true
    if [[ $enabled == disabled || $enabled == not-found ]]; then systemctl disable --quiet "$service" 2> /dev/null || true; fi
done
while IFS= read -r path; do
    # Whole, or as it is: a disk may be full.
    if [[ -e $STATE/original$path ]]; then cp -aT "$STATE/original$path" "$path.ha-api-new"; sync "$path.ha-api-new"; mv -fT "$path.ha-api-new" "$path"; else rm -f "$path"; fi
done < "$STATE/managed"
# Of a configuration step that was cut off.
while read -r _ path; do rm -f "$path.ha-api-new"; done < <(cat "$STATE/preparing" "$STATE/pending" 2> /dev/null)
# The innermost first.
if [[ -e $STATE/folders ]]; then sort -ru "$STATE/folders" | xargs -r -d '\n' rmdir --ignore-fail-on-non-empty 2> /dev/null || true; fi
if [[ -e $STATE/sysctl ]]; then sysctl -q -p "$STATE/sysctl"; fi
systemctl daemon-reload
for file in "$STATE"/services/*; do
    [[ -e $file ]] || continue
    give_back_service "$(basename "$file")"
done
# The services as found are needed once more where packages are brought back, whose own programs enable and start them.
if [[ -d $STATE/services ]]; then rm -rf "$STATE/services.found"; mv "$STATE/services" "$STATE/services.found"; fi
rm -rf "$STATE/managed" "$STATE/sysctl" "$STATE/folders" "$STATE/original" "$STATE/before" "$STATE/pending" "$STATE/preparing" "$STATE/managed.next" "$STATE/retired" "$STATE"/run.* /run/ha-api
say "the original configuration is back"
