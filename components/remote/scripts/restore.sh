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
done
while IFS= read -r path; do
    if [[ -e $STATE/original$path ]]; then cp -a "$STATE/original$path" "$path"; else rm -f "$path"; fi
done < "$STATE/managed"
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
rm -rf "$STATE/managed" "$STATE/sysctl" "$STATE/folders" "$STATE/original" "$STATE/before" "$STATE/pending" "$STATE/retired" /run/ha-api
say "the original configuration is back"
