#!/bin/bash
# Gives a machine that was there before us its own configuration back: original files, and services as they were found.
set -euo pipefail
readonly STATE=/var/lib/ha-api
say() { echo "$(hostname): $*" >&2; }

# Another resource has taken this host over, as when it was given another name: what is there is that one's.
if [[ -n ${1:-} && -s $STATE/owner && $(cat "$STATE/owner") != "$1" ]]; then say "this host belongs to $(cat "$STATE/owner") now and was left as it is"; exit 0; fi

[[ -e $STATE/managed ]] || { say "nothing to restore"; exit 0; }
for file in "$STATE"/services/*; do
    [[ -e $file ]] || continue
    service=$(basename "$file")
    systemctl stop "$service" || true
done
while IFS= read -r path; do
    if [[ -e $STATE/original$path ]]; then cp -a "$STATE/original$path" "$path"; else rm -f "$path"; fi
done < "$STATE/managed"
# The innermost first.
if [[ -e $STATE/folders ]]; then sort -ru "$STATE/folders" | xargs -r -d '\n' rmdir --ignore-fail-on-non-empty 2> /dev/null || true; fi
if [[ -e $STATE/sysctl ]]; then sysctl -q -p "$STATE/sysctl"; fi
rm -rf "$STATE/managed" "$STATE/sysctl" "$STATE/folders" "$STATE/original" "$STATE/before" "$STATE/pending" "$STATE/retired" /run/ha-api
systemctl daemon-reload
for file in "$STATE"/services/*; do
    [[ -e $file ]] || continue
    service=$(basename "$file")
    read -r enabled active < "$file" || true
    [[ $enabled == enabled ]] || systemctl disable --quiet "$service" 2> /dev/null || true
    if [[ $active == active ]]; then systemctl start "$service" || say "$service did not start with its original configuration"; fi
done
rm -rf "$STATE/services"
say "the original configuration is back"
