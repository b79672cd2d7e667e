# shellcheck shell=bash
# A repository of packages beside the distribution's, or a mirror of it: trusted, and no longer trusted. Part of the
# packages program, which has $work, $STATE and the functions used here. Set before it, by what the services declare:
# `repositories`, the lines of known_repositories; and `repository`, by name what components/render/sources/source.ts
# says of the one that is wanted, empty where there is none.

# Without those that this configuration does not want, and with the one that it does.
settle_repositories() {
    local name package files
    printf '%s\n' "${repositories[@]}" > "$STATE/repositories"
    while read -r name package files; do
        # shellcheck disable=SC2086
        [[ $name == "${repository[name]:-}" ]] || distrust "$name" "$package" $files
    done < <(known_repositories)
    if [[ -n ${repository[name]:-} ]]; then trust; fi
}

# The repository is trusted only if its key file holds exactly the expected keys and one of them has signed its list of
# packages; then it is preferred to the distribution's.
trust() {
    local file=$work/repository.key address
    if ! is_installed gnupg || ! is_installed curl || ! is_installed ca-certificates; then
        apt_get update
        install_packages gnupg curl ca-certificates
    fi
    fetch "${repository[key]}" "$file" || refuse "the signing key could not be fetched from ${repository[key]}"
    mkdir -m 0700 "$work/gnupg"
    check_keys "$file"
    gpg --homedir "$work/gnupg" --batch --no-secmem-warning --dearmor --output "$work/keyring" "$file"
    # shellcheck source=/dev/null
    . /etc/os-release
    address=${repository[packages]}/$ID
    check_signature "$address/dists/$VERSION_CODENAME"
    keep_trust
    remember_sources
    put "$work/keyring" "${repository[keyring]}"
    echo "deb [signed-by=${repository[keyring]}] $address $VERSION_CODENAME ${repository[component]}" > "$work/list"
    put "$work/list" "${repository[list]}"
    printf 'Package: *\nPin: release o=%s\nPin-Priority: 900\n' "${repository[origin]}" > "$work/pin"
    put "$work/pin" "${repository[preferences]}"
}

fetch() { # ADDRESS FILE
    curl --fail --silent --show-error --location --max-time 60 --output "$2" "$1"
}

repository_files() { printf '%s\n' "${repository[list]}" "${repository[preferences]}" "${repository[keyring]}"; }

# All that says what is trusted.
trust_files() {
    repository_files
    printf '%s\n' "$STATE/${repository[name]}" "$STATE/sources-changed"
}

# What was trusted before this run, for the case that what is trusted now cannot be installed.
keep_trust() {
    local path
    mkdir "$work/trust"
    while IFS= read -r path; do keep_below "$work/trust" "$path"; done < <(trust_files)
}

keep_below() { # FOLDER PATH: a copy, where there is something
    [[ -e $2 ]] || return 0
    mkdir -p "$1$(dirname "$2")"
    cp -a "$2" "$1$2"
}

take_back_trust() {
    local path
    [[ -d $work/trust ]] || return 0
    while IFS= read -r path; do
        if [[ -e $work/trust$path ]]; then cp -a "$work/trust$path" "$path"; else rm -f "$path"; fi
    done < <(trust_files)
    if [[ ! -e $STATE/${repository[name]} ]]; then rm -rf "$STATE/sources"; fi
}

# An owner who followed the repository's own guide has these files already.
remember_sources() {
    [[ ! -e $STATE/${repository[name]} ]] || return 0
    local path
    while IFS= read -r path; do keep_below "$STATE/sources" "$path"; done < <(repository_files)
    touch "$STATE/${repository[name]}"
}

distrust() { # NAME PACKAGE FILE ...
    [[ -e $STATE/$1 ]] || return 0
    restore_sources "${@:3}"
    rm -rf "$STATE/sources" "${STATE:?}/$1"
    touch "$STATE/sources-changed"
    say "$2 comes from the distribution again"
}

# Whether a package has the version of its source after a change of sources, even where that is a lower one than was
# there.
is_of_a_repository() { # PACKAGE
    local package
    while read -r _ package _; do [[ $package != "$1" ]] || return 0; done < <(known_repositories)
    return 1
}

# A change of sources stays to be done as long as there is a package of the other source that is not wanted now.
sources_are_settled() { # PACKAGES that are wanted
    local package
    while read -r _ package _; do
        if [[ " $* " != *" $package "* ]] && is_installed "$package"; then return 1; fi
    done < <(known_repositories)
}
