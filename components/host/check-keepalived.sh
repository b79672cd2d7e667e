#!/bin/bash
# Checks a keepalived configuration, the first argument, and asks nothing of what runs on the host at this moment. A
# copy is checked:
# - with root as script_user, and the user here: keepalived 2.2.7 (Debian 12) ends its check by SIGTERM, without a word,
#   when it is not root;
# - with track files of its own: keepalived 2.3.3 (Debian 13) resolves their paths in its check, and ours are there once
#   the services are.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
copy=$folder/keepalived.conf
user=$(awk '$1 == "script_user" {print $2}' "$1")
id -- "$user" > /dev/null 2>&1 || {
    echo "script_user: there is no user $user on this host" >&2
    exit 1
}
sed -E -e 's/^( *script_user ).*/\1root/' -e "s#^( *file )/#\1$folder/#" "$1" > "$copy"
while read -r file; do
    mkdir -p "${file%/*}"
    echo 0 > "$file"
done < <(sed -nE 's/^ *file (.*)/\1/p' "$copy")
keepalived --config-test --use-file "$copy" 2>&1 | sed -e "s#$copy#$1#g" -e "s#$folder##g" >&2
status=${PIPESTATUS[0]}
[[ $status == 0 ]] || exit "$status"
[[ $user == root ]] && exit 0
# What keepalived would only find out, and not say, when it runs the check.
while read -r program; do
    runuser -u "$user" -- test -x "$program" || {
        echo "script_user: $user may not run $program" >&2
        exit 1
    }
done < <(sed -nE 's/^ *script "([^" ]+).*/\1/p' "$1")
