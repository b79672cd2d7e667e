#!/bin/bash
# Removes the packages that came with us and that nothing else needs, the repository we added, and ourselves; brings
# back what had to make room.
set -euo pipefail
. prelude
. lib/environment.sh
export DEBIAN_FRONTEND=noninteractive
. lib/log.sh
. lib/refuse.sh
. lib/lock.sh
. lib/ownership.sh

was_there() { grep -qxF -- "$1" "$STATE/packages.before" 2> /dev/null; }
# A folder that was not there, or empty, before us.
was_absent() { grep -qxF -- "$1" "$STATE/folders.absent" 2> /dev/null; }

[[ -d $STATE ]] || exit 0
leave_to_other_owner "${1:-}"
going=() leaving=()
. lib/apt.sh
. lib/services.sh
. lib/repositories.sh
. uninstall/removable.sh
. uninstall/removeContainers.sh

# What had to make room for our packages, and in the distribution's version what came from another repository.
bring_back() {
    local gone=() name package version files
    while IFS= read -r package; do
        if [[ -n $package ]] && was_there "$package"; then gone+=("$package"); fi
    done < <(sort -u "$STATE/packages.gone")
    while read -r name package files; do
        # A package of the repository is also there where the repository went with a change of the engine.
        [[ -e $STATE/$name || -e $STATE/sources-changed ]] || continue
        # shellcheck disable=SC2086
        [[ ! -e $STATE/$name ]] || restore_sources $files
        # The lists of the repository go with it.
        apt_get update < /dev/null || say "the package lists could not be refreshed"
        version=$(candidate "$package")
        if was_there "$package" && [[ -n $version ]]; then gone+=("$package=$version"); fi
    done < <(known_repositories)
    ((${#gone[@]} > 0)) || return 0
    would_only_replace_ours "${gone[@]}" || return 0
    apt_get install --allow-downgrades "${gone[@]}"
    say "brought back ${gone[*]}"
}

# Nothing of the owner's makes room in turn.
would_only_replace_ours() { # PACKAGES to install
    local package victims=()
    while IFS= read -r package; do
        if ! grep -qxF -- "$package" "$STATE/packages" || was_there "$package"; then victims+=("$package"); fi
    done < <(apt-get -s -q -o Debug::NoLocking=true -o APT::Get::AutomaticRemove=false install --allow-downgrades "$@" \
        2> /dev/null | sed -nE 's/^(Remv|Purg) ([^ ]+).*/\2/p')
    ((${#victims[@]} == 0)) || {
        say "not brought back, since ${victims[*]} would have to go: $*"
        return 1
    }
}

. uninstall/accounts.sh

log=$(mktemp)
trap 'release_services; rm -f "$log"' EXIT
touch "$STATE/packages" "$STATE/packages.gone"
# The first configuration step, when it failed, is one that nothing else undoes.
if [[ -e $STATE/managed || -e $STATE/restored ]]; then restore; fi
# Which that program has taken for itself.
lock_state
hold_services
finish_interrupted
release_services
remove_images
bring_back
purge_packages
remove_container_storage "${going[@]}"
# Data of theirs, where it was not there before them, and no package that is there has or makes it.
while read -r path package; do
    if [[ -z $path ]] || ! was_absent "$path" || dpkg-query --search "$path" > /dev/null 2>&1; then continue; fi
    if [[ -n $package ]] && is_known "$package"; then continue; fi
    rm -rf --one-file-system "$path"
    folder=${path%/*}
    while was_absent "$folder"; do
        leaving+=("$folder")
        folder=${folder%/*}
    done
done < <(cat "$STATE/leftovers" 2> /dev/null || true)
# Where a package was there before us, its purge does not take our logs.
while IFS= read -r path; do [[ -z $path ]] || rm -f "$path" "$path".*; done < <(cat "$STATE/logs" 2> /dev/null || true)
remove_accounts
# What was brought back was enabled and started by its packages; what stays of ours does not run.
if [[ -d $STATE/services.found ]]; then
    rm -rf "$STATE/services"
    mv "$STATE/services.found" "$STATE/services"
    for file in "$STATE"/services/*; do [[ ! -e $file ]] || give_back_service "$(basename "$file")"; done
fi
give_back_marks
say_what_stays
if was_absent /usr/local/libexec; then leaving+=(/usr/local/libexec); fi
rm -rf "$STATE" "$LIBEXEC"
for folder in "${leaving[@]}"; do rmdir --ignore-fail-on-non-empty "$folder" 2> /dev/null || true; done
