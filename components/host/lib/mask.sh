# shellcheck shell=bash
# A file's text without its passwords: no secret leaves the host, and no checksum can be used to try passwords out.
# components/inspection/masked.ts masks the rendered text in the same way.
masked() { sed -E 's/^([[:space:]]*(auth_pass|password)[[:space:]]+).*$/\1********/' "$1"; }
