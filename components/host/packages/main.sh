# Installs the packages of a load-balancer host and the programs the later steps use. What was there before is written
# down, so that it can be had again. The lines before this one set: packages, leftovers, configuration_folders,
# repositories, repository, containers; and functions that are called before and after packages are installed.
# shellcheck shell=bash disable=SC2154
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
. prelude
. lib/log.sh
. lib/refuse.sh
. lib/apt.sh
. lib/repositories.sh
. lib/layout.sh
. packages/signature.sh
. packages/records.sh
. packages/repository.sh
. packages/containerImage.sh
owner=${1:-}

# A change of sources stays to be done, also for the next run, until its packages are installed.
put() { # FILE PATH: written only when it differs
    cmp -s "$1" "$2" || {
        touch "$STATE/sources-changed"
        install -m 0644 "$1" "$2"
    }
}

install_packages() { # PACKAGES: remembers what comes and what has to make room for it, dependencies too
    local before package status=0
    before=$(installed)
    if [[ ! -e $STATE/packages.before ]]; then
        absent_folders >> "$STATE/folders.absent"
        stat --format '%a %n' "${ENGINE_FOLDERS[@]}" > "$STATE/folders.modes" 2> /dev/null || true
        asked_for > "$STATE/manual.before"
        echo "$before" > "$STATE/packages.before"
    fi
    for package in "$@"; do [[ $package == -* ]] || echo "${package%%=*}"; done >> "$STATE/asked"
    touch "$work/before"
    accounts > "$work/accounts"
    units > "$work/units"
    # What is not on the disk by now, a power cut takes away, and leaves the packages.
    sync "$STATE" "$STATE"/*
    apt_get install ${recommends:+--no-install-recommends} "$@" || status=1
    # Files of the packages that dpkg put beside ours and the owner's, which stay.
    find "${configuration_folders[@]}" -name '*.dpkg-dist' -cnewer "$work/before" -delete 2> /dev/null || true
    comm -13 <(echo "$before") <(installed) >> "$STATE/packages"
    comm -23 <(echo "$before") <(installed) >> "$STATE/packages.gone"
    comm -13 "$work/accounts" <(accounts) >> "$STATE/accounts"
    comm -13 "$work/units" <(units) >> "$STATE/units"
    return "$status"
}

# After a change of sources a package has the version of its source, even where that is a lower one than was there: the
# version that a machine without any package would get.
wanted() {
    local package version
    for package in "${packages[@]}"; do
        version=""
        if [[ -e $STATE/sources-changed ]] && is_of_a_repository "$package"; then version=$(candidate "$package"); fi
        echo "$package${version:+=$version}"
    done
}

# Each is whole, and on the disk, when it gets its name: an empty one would do nothing, and say that all went well.
place_programs() { # NAME ...: what is there as NAME.new
    local paths=("${@/#/$LIBEXEC/}") path
    chmod 0755 "${paths[@]/%/.new}"
    sync "${paths[@]/%/.new}"
    for path in "${paths[@]}"; do mv "$path.new" "$path"; done
    sync "$LIBEXEC"
}

# Sources that have more to do before and after packages are installed have defined these.
declare -F before_packages > /dev/null || before_packages() { :; }
declare -F after_packages > /dev/null || after_packages() { forget_images - -; }

# Runs when `setup` has returned, so it sees nothing that is local there.
finish() {
    local status=$?
    release_services
    if ((status != 0)); then take_back; fi
    rm -rf "$work"
}

# A repository whose packages cannot be had is not left behind: the owner's own updates would fail because of it. And
# where nothing of ours was before, nothing is left, since nothing cleans up after a first step that failed.
take_back() {
    take_back_trust
    [[ -n ${first:-} ]] || return 0
    write_programs
    if "$LIBEXEC/uninstall"; then say "nothing of this was left on the machine"; fi
}

# What apt's own words do not say.
explain() {
    if grep -q "Hash Sum mismatch" "$log"; then
        echo " A package is not what the signed list says: it was changed, or the mirror was just updated." \
            "Nothing of it was installed; try again, or use another mirror."
    fi
}

. packages/setup.sh
