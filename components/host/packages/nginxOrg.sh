# shellcheck shell=bash
# The repository of nginx.org, or a mirror of it: trusted, and no longer trusted. Part of the packages program, which
# has $work, $STATE and the functions used here; set before: nginx_channel, nginx_repository, nginx_fingerprints.
readonly KEYRING=/usr/share/keyrings/nginx-archive-keyring.gpg LIST=/etc/apt/sources.list.d/nginx.list PIN=/etc/apt/preferences.d/99nginx

# The repository is trusted only if its key file holds exactly the expected keys and one of them has signed its list of
# packages; then it is preferred to the distribution's.
trust_nginx_org() {
    local file=$work/nginx.key home=$work/gnupg path=/packages found
    if ! is_installed gnupg || ! is_installed curl || ! is_installed ca-certificates; then
        apt_get update
        install_packages gnupg curl ca-certificates
    fi
    fetch "$nginx_repository/keys/nginx_signing.key" "$file" \
        || refuse "the signing key could not be fetched from $nginx_repository/keys/nginx_signing.key"
    mkdir -m 0700 "$home"
    found=$(gpg --homedir "$home" --batch --with-colons --show-keys "$file" 2> /dev/null | awk -F: '$1 == "pub" {primary = 1} $1 == "fpr" && primary {print $10; primary = 0}' | sort | tr '\n' ' ')
    [[ ${found% } == "$nginx_fingerprints" ]] || refuse "the keys at $nginx_repository/keys/nginx_signing.key are not the expected ones; nothing was trusted.
  expected: $nginx_fingerprints
  received: ${found:-none}
  If nginx.org has published other keys, name their fingerprints in nginx.signingKeyFingerprints; else do not use this repository."
    gpg --homedir "$home" --batch --no-secmem-warning --dearmor --output "$work/keyring" "$file"
    # shellcheck source=/dev/null
    . /etc/os-release
    if [[ $nginx_channel == mainline ]]; then path=/packages/mainline; fi
    check_signature "$nginx_repository$path/$ID/dists/$VERSION_CODENAME"
    keep_trust
    remember_sources
    put "$work/keyring" "$KEYRING"
    echo "deb [signed-by=$KEYRING] $nginx_repository$path/$ID $VERSION_CODENAME nginx" > "$work/list"
    put "$work/list" "$LIST"
    printf 'Package: *\nPin: release o=nginx\nPin-Priority: 900\n' > "$work/pin"
    put "$work/pin" "$PIN"
}

fetch() { # ADDRESS FILE
    curl --fail --silent --show-error --location --max-time 60 --output "$2" "$1"
}

# apt checks this as well, but only once it trusts the repository, and it then refuses every update, also the owner's.
# In the order of harm: of several signatures one good one is enough, and none may be wrong.
check_signature() { # ADDRESS of the folder with the signed list
    local release=$work/Release home=$work/gnupg advice="nothing was trusted" said key expired
    gpg --homedir "$home" --batch --quiet --import "$work/nginx.key" 2> /dev/null
    if fetch "$1/InRelease" "$release" 2> /dev/null; then
        said=$(gpg --homedir "$home" --batch --status-fd 1 --verify "$release" 2> /dev/null || true)
    elif fetch "$1/Release" "$release" && fetch "$1/Release.gpg" "$release.gpg"; then
        said=$(gpg --homedir "$home" --batch --status-fd 1 --verify "$release.gpg" "$release" 2> /dev/null || true)
    else
        refuse "there is no signed list of packages at $1; $advice. See whether the repository has packages for $VERSION_CODENAME, or use nginx.source: distribution."
    fi
    advice+=". Use nginx.org itself or another mirror (nginx.repository), or nginx.source: distribution."
    if signature BADSIG; then refuse "the list of packages at $1 was changed after it was signed; $advice"; fi
    if signature GOODSIG; then return 0; fi
    if signature EXPKEYSIG; then
        expired=$(gpg --homedir "$home" --batch --with-colons --list-keys "$key" 2> /dev/null | awk -F: '$1 == "pub" {print $7; exit}')
        refuse "the list of packages at $1 is signed with the key $key, which expired on $(date -u -d "@${expired:-0}" +%F) (this host's clock says $(date -u +%F)); $advice"
    fi
    if signature REVKEYSIG; then refuse "the list of packages at $1 is signed with the key $key, which was revoked; $advice"; fi
    if signature EXPSIG; then refuse "the signature of the list of packages at $1 has expired; $advice"; fi
    if signature NO_PUBKEY; then refuse "the list of packages at $1 is signed with the key $key, which is none of the expected ones; $advice"; fi
    refuse "the list of packages at $1 is not signed; $advice"
}

signature() { # KIND: whether what gpg said has one of these; sets key
    key=$(sed -n "s/^\[GNUPG:\] $1 \([0-9A-F]*\).*/\1/p" <<< "$said" | head -n 1)
    [[ -n $key ]]
}

# What was trusted before this run, for the case that what is trusted now cannot be installed.
keep_trust() {
    local path
    mkdir "$work/trust"
    for path in "$LIST" "$PIN" "$KEYRING" "$STATE/nginx.org" "$STATE/sources-changed"; do
        if [[ -e $path ]]; then
            mkdir -p "$work/trust$(dirname "$path")"
            cp -a "$path" "$work/trust$path"
        fi
    done
}

take_back_trust() {
    local path
    [[ -d $work/trust ]] || return 0
    for path in "$LIST" "$PIN" "$KEYRING" "$STATE/nginx.org" "$STATE/sources-changed"; do
        if [[ -e $work/trust$path ]]; then cp -a "$work/trust$path" "$path"; else rm -f "$path"; fi
    done
    if [[ ! -e $STATE/nginx.org ]]; then rm -rf "$STATE/sources"; fi
}

# An owner who followed nginx.org's guide has these files already.
remember_sources() {
    [[ ! -e $STATE/nginx.org ]] || return 0
    local path
    for path in "$LIST" "$PIN" "$KEYRING"; do
        if [[ -e $path ]]; then
            mkdir -p "$STATE/sources$(dirname "$path")"
            cp -a "$path" "$STATE/sources$path"
        fi
    done
    touch "$STATE/nginx.org"
}

distrust_nginx_org() {
    [[ -e $STATE/nginx.org ]] || return 0
    local path
    for path in "$LIST" "$PIN" "$KEYRING"; do
        if [[ -e $STATE/sources$path ]]; then cp -a "$STATE/sources$path" "$path"; else rm -f "$path"; fi
    done
    rm -rf "$STATE/sources" "$STATE/nginx.org"
    touch "$STATE/sources-changed"
    say "nginx comes from the distribution again"
}
