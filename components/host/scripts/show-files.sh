#!/bin/bash
# Prints files this project manages, for a comparison with what was rendered: for each path a line `file PATH BASE64`, or `missing PATH`.
# Secrets do not leave the host; components/inspection/masked.ts masks the rendered text in the same way.
set -euo pipefail
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

readonly STATE=/var/lib/ha-api

masked() { sed -E 's/^([[:space:]]*auth_pass[[:space:]]+).*$/\1********/' "$1"; }

for path in "$@"; do
    # Whoever may run this as root shall not read other files by it.
    if ! grep -qxF -- "$path" "$STATE/managed"; then
        echo "$(hostname): $path is not managed here" >&2
        exit 1
    fi
    if [[ -f $path ]]; then echo "file $path $(masked "$path" | base64 -w0)"; else echo "missing $path"; fi
done
echo end
