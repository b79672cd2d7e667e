#!/bin/bash
# Removes the packages that were not on the machine before us, the repository we added, and ourselves.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
readonly STATE=/var/lib/ha-api
say() { echo "$(hostname): $*" >&2; }

[[ -d $STATE ]] || exit 0
packages=()
while IFS= read -r package; do
    [[ -z $package ]] || ! dpkg-query --show "$package" > /dev/null 2>&1 || packages+=("$package")
done < <(sort -u "$STATE/packages")
if ((${#packages[@]} > 0)); then
    timeout 600 apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 purge "${packages[@]}" > /dev/null
    say "removed ${packages[*]}"
fi
if [[ -e $STATE/nginx.org ]]; then
    rm -f /etc/apt/sources.list.d/nginx.list /etc/apt/preferences.d/99nginx /usr/share/keyrings/nginx-archive-keyring.gpg
fi
# Where nginx was there before us, its purge does not take our log.
rm -f /var/log/nginx/kube-api.access.log*
rm -rf "$STATE" /usr/local/libexec/ha-api
rmdir --ignore-fail-on-non-empty /usr/local/libexec 2> /dev/null || true
