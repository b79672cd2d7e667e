#!/bin/bash
# Checks a keepalived configuration, the first argument. keepalived 2.2.7 (Debian 12) ends its check by SIGTERM, without a word, when
# script_user is not root: a copy with root is checked, and the user here.
set -euo pipefail
copy=$(mktemp); trap 'rm -f "$copy"' EXIT
user=$(awk '$1 == "script_user" {print $2}' "$1")
id -- "$user" > /dev/null 2>&1 || { echo "script_user: there is no user $user on this host" >&2; exit 1; }
sed -E 's/^( *script_user ).*/\1root/' "$1" > "$copy"
keepalived --config-test --use-file "$copy" 2>&1 | sed "s#$copy#$1#g" >&2
status=${PIPESTATUS[0]}
[[ $status == 0 ]] || exit "$status"
[[ $user == root ]] && exit 0
# What keepalived would only find out, and not say, when it runs the check.
while read -r program; do
    runuser -u "$user" -- test -x "$program" || { echo "script_user: $user may not run $program" >&2; exit 1; }
done < <(sed -nE 's/^ *script "([^" ]+).*/\1/p' "$1")
