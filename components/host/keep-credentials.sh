#!/bin/bash
# Keeps the credentials that come by standard input, a line "NAME BASE64" each and a last line "end", for the converge
# program, and forgets all others. Prints a checksum that changes when one of them does; its key never leaves the host,
# so it tells nothing about them.
set -euo pipefail
umask 077
. prelude
. lib/log.sh
. lib/refuse.sh
. lib/lock.sh
readonly STORE=$STATE/credentials KEY=$STATE/credentials.key

full() { # WHAT
    local free
    free=$(df --output=avail -k "$STATE" | tail -n 1 | tr -d ' ')
    refuse "$1 could not be written: $free kB are free at $STATE." \
        "The credentials from before are kept. Make room and run again."
}

make_key() {
    head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' > "$KEY.new" && sync "$KEY.new" && mv "$KEY.new" "$KEY"
}

mkdir -p "$STATE"
lock_state
mkdir -p "$STORE"
# Of a run that was cut off.
rm -rf "$STORE".??????
work=$(mktemp -d "$STORE.XXXXXX")
trap 'rm -rf "$work"' EXIT
ended=""
while read -r name value; do
    if [[ $name == end ]]; then
        ended=yes
        break
    fi
    [[ $name =~ ^[a-z0-9-]+$ ]] || refuse "a credential has an unusable name"
    base64 --decode <<< "$value" > /dev/null 2>&1 || refuse "the credential $name did not arrive whole"
    { base64 --decode <<< "$value" > "$work/$name"; } 2> /dev/null || full "the credential $name"
done
[[ -n $ended ]] || refuse "the credentials were cut off; nothing was changed. Run again."
[[ -s $KEY ]] || make_key || full "the key of their checksum"
# On the disk, before any of those from before goes.
for new in "$work"/*; do [[ ! -e $new ]] || sync "$new" || full "the credential $(basename "$new")"; done
for old in "$STORE"/*; do [[ -e $work/$(basename "$old") ]] || rm -f "$old"; done
for new in "$work"/*; do
    [[ -e $new ]] || continue
    cmp -s "$new" "$STORE/$(basename "$new")" || mv "$new" "$STORE/$(basename "$new")"
done
{
    cat "$KEY"
    for file in "$STORE"/*; do [[ ! -e $file ]] || {
        basename "$file"
        sha256sum < "$file"
    }; done
} | sha256sum | cut -c 1-12
