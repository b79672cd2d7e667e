#!/bin/bash
# Keeps the credentials that come by standard input, a line "NAME BASE64" each and a last line "end", for the converge program, and forgets
# all others. Prints a checksum that changes when one of them does; its key never leaves the host, so it tells nothing about them.
set -euo pipefail
umask 077
readonly STORE=/var/lib/ha-api/credentials KEY=/var/lib/ha-api/credentials.key
say() { echo "$(hostname): $*" >&2; }

mkdir -p "$STORE"
work=$(mktemp -d "$STORE.XXXXXX"); trap 'rm -rf "$work"' EXIT
ended=""
while read -r name value; do
    if [[ $name == end ]]; then ended=yes; break; fi
    [[ $name =~ ^[a-z-]+$ ]] || { say "a credential has an unusable name"; exit 1; }
    base64 --decode <<<"$value" > "$work/$name" || { say "the credential $name did not arrive whole"; exit 1; }
done
[[ -n $ended ]] || { say "the credentials were cut off; nothing was changed. Run again."; exit 1; }
[[ -s $KEY ]] || { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' > "$KEY.new"; mv "$KEY.new" "$KEY"; }
for old in "$STORE"/*; do [[ -e $work/$(basename "$old") ]] || rm -f "$old"; done
for new in "$work"/*; do
    [[ -e $new ]] || continue
    cmp -s "$new" "$STORE/$(basename "$new")" || mv "$new" "$STORE/$(basename "$new")"
done
{ cat "$KEY"; for file in "$STORE"/*; do [[ ! -e $file ]] || { basename "$file"; sha256sum < "$file"; }; done; } | sha256sum | cut -c 1-12
