#!/bin/bash
# Removes the packages that were not on the machine before us, the repository we added, and ourselves; brings back what had to make room.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
readonly STATE=/var/lib/ha-api
say() { echo "$(hostname): $*" >&2; }

apt_get() { timeout 600 apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold "$@" > /dev/null; }
was_there() { grep -qxF -- "$1" "$STATE/packages.before" 2> /dev/null; }

[[ -d $STATE ]] || exit 0
# Another resource has taken this host over, as when it was given another name: what is there is that one's.
if [[ -n ${1:-} && -s $STATE/owner && $(cat "$STATE/owner") != "$1" ]]; then say "this host belongs to $(cat "$STATE/owner") now and was left as it is"; exit 0; fi
# shellcheck disable=SC1091
. /usr/local/libexec/ha-api/remove-containers
remove_images
gone=()
while IFS= read -r package; do
    if [[ -n $package ]] && was_there "$package"; then gone+=("$package"); fi
done < <(sort -u "$STATE/packages.gone")
if [[ -e $STATE/nginx.org ]]; then
    for path in /etc/apt/sources.list.d/nginx.list /etc/apt/preferences.d/99nginx /usr/share/keyrings/nginx-archive-keyring.gpg; do
        if [[ -e $STATE/sources$path ]]; then cp -a "$STATE/sources$path" "$path"; else rm -f "$path"; fi
    done
    # The lists of the repository go with it.
    apt_get update || say "the package lists could not be refreshed"
    # The version that a machine without any package would get.
    if was_there nginx; then gone+=("nginx=$(apt-cache -o Dir::State::status=/dev/null policy nginx | sed -n 's/^ *Candidate: *//p')"); fi
fi
if ((${#gone[@]} > 0)); then
    apt_get install --allow-downgrades "${gone[@]}"
    say "brought back ${gone[*]}"
fi
packages=()
while IFS= read -r package; do
    if [[ -n $package ]] && ! was_there "$package" && dpkg-query --show "$package" > /dev/null 2>&1; then packages+=("$package"); fi
done < <(sort -u "$STATE/packages")
if ((${#packages[@]} > 0)); then
    apt_get purge "${packages[@]}"
    say "removed ${packages[*]}"
fi
for engine in podman docker; do
    package=$engine; [[ $engine == docker ]] && package=docker.io
    if [[ " ${packages[*]} " == *" $package "* ]]; then remove_container_storage "$engine"; fi
done
# Data of theirs, in folders that were not there before them.
while IFS= read -r folder; do [[ -z $folder ]] || rm -rf --one-file-system "$folder"; done < <(cat "$STATE/folders.absent" 2> /dev/null || true)
# Users and groups that came with these packages. A user's own group goes with it.
while read -r kind name; do
    case $kind in
        user) if getent passwd "$name" > /dev/null; then userdel "$name" 2> /dev/null || say "the user $name is still in use and stays"; fi ;;
        group) if getent group "$name" > /dev/null; then groupdel "$name" 2> /dev/null || say "the group $name is still in use and stays"; fi ;;
    esac
done < <(sort -r -u "$STATE/accounts" 2> /dev/null || true)
# Where nginx was there before us, its purge does not take our logs.
while IFS= read -r log; do [[ -z $log ]] || rm -f "$log" "$log".*; done < <(cat "$STATE/logs" 2> /dev/null || true)
rm -rf "$STATE" /usr/local/libexec/ha-api
rmdir --ignore-fail-on-non-empty /usr/local/libexec 2> /dev/null || true
