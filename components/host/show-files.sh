#!/bin/bash
# Prints files this project manages, for a comparison with what was rendered: for each path a line `file PATH BASE64`,
# or `missing PATH`. Secrets do not leave the host.
set -euo pipefail
. prelude
. lib/environment.sh
. lib/log.sh
. lib/mask.sh

for path in "$@"; do
    # A user who may run this as root must not read other files by it.
    if ! grep -qxF -- "$path" "$STATE/managed"; then
        say "$path is not managed here"
        exit 1
    fi
    if [[ -f $path ]]; then echo "file $path $(masked "$path" | base64 -w0)"; else echo "missing $path"; fi
done
echo end
