# shellcheck shell=bash
setup() {
    [[ $(id -u) == 0 ]] || refuse "must run as root"
    refuse_newer_layout
    local package missing=() versions
    umask 022
    if [[ ! -x $LIBEXEC/uninstall ]]; then first=yes; fi
    mkdir -p "$STATE"
    chmod 0700 "$STATE"
    # Written down before it is made: a run that is cut off leaves nothing that nobody knows of.
    [[ -d ${LIBEXEC%/*} ]] || echo "${LIBEXEC%/*}" >> "$STATE/folders.absent"
    mkdir -p "$LIBEXEC"
    touch "$STATE/packages" "$STATE/packages.gone"
    work=$(mktemp -d)
    log=$work/apt.log
    trap finish EXIT
    hold_services
    remember_leftovers
    printf '%s\n' "${containers[@]}" > "$STATE/containers"
    settle_repositories
    before_packages
    for package in "${packages[@]}" ${where_there[@]+"${where_there[@]}"}; do
        is_installed "$package" || missing+=("$package")
    done
    if ((${#missing[@]} > 0)) || [[ -e $STATE/sources-changed ]]; then
        apt_get update || refuse "the package lists could not be refreshed"
        for package in ${where_there[@]+"${where_there[@]}"}; do
            if [[ -n $(candidate "$package") ]]; then packages+=("$package"); fi
        done
        mapfile -t versions < <(wanted)
        install_packages --allow-downgrades "${versions[@]}" \
            || refuse "the packages could not be installed: ${versions[*]}.$(explain)"
        if sources_are_settled "${packages[@]}"; then rm -f "$STATE/sources-changed"; fi
        say "installed ${packages[*]}"
    else
        say "all packages are there"
    fi
    after_packages
    write_programs
    write_layout
    # Whose this host is now: a resource of another name that is deleted later, as when a host was renamed, must not
    # take it apart.
    [[ -z $owner ]] || echo "$owner" > "$STATE/owner"
    sync "$STATE" "$STATE"/*
    dpkg-query --show --showformat '${Package} ${Version}\n' "${packages[@]}"
}
