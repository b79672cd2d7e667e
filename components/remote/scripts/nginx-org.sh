# The repository of nginx.org, or a mirror of it: trusted, and no longer trusted. Part of the packages program, which has $work, $STATE and the
# functions used here; set before: nginx_channel, nginx_repository, nginx_fingerprints.
# shellcheck shell=bash disable=SC2154
readonly KEYRING=/usr/share/keyrings/nginx-archive-keyring.gpg LIST=/etc/apt/sources.list.d/nginx.list PIN=/etc/apt/preferences.d/99nginx

# The key is trusted only if the file holds exactly the expected keys; then the repository is preferred to the distribution's.
trust_nginx_org() {
    local file=$work/nginx.key home=$work/gnupg found
    if ! is_installed gnupg || ! is_installed curl || ! is_installed ca-certificates; then
        apt_get update; install_packages gnupg curl ca-certificates
    fi
    curl --fail --silent --show-error --location --max-time 60 --output "$file" "$nginx_repository/keys/nginx_signing.key" \
        || refuse "the signing key could not be fetched from $nginx_repository/keys/nginx_signing.key"
    mkdir -m 0700 "$home"
    found=$(gpg --homedir "$home" --batch --with-colons --show-keys "$file" 2> /dev/null | awk -F: '$1 == "pub" {primary = 1} $1 == "fpr" && primary {print $10; primary = 0}' | sort | tr '\n' ' ')
    [[ ${found% } == "$nginx_fingerprints" ]] || refuse "the keys at $nginx_repository/keys/nginx_signing.key are not the expected ones; nothing was trusted.
  expected: $nginx_fingerprints
  received: ${found:-none}"
    gpg --homedir "$home" --batch --yes --dearmor --output "$work/keyring" "$file"
    # shellcheck source=/dev/null
    . /etc/os-release
    remember_sources
    put "$work/keyring" "$KEYRING"
    local path=/packages; [[ $nginx_channel == mainline ]] && path=/packages/mainline
    echo "deb [signed-by=$KEYRING] $nginx_repository$path/$ID $VERSION_CODENAME nginx" > "$work/list"; put "$work/list" "$LIST"
    printf 'Package: *\nPin: release o=nginx\nPin-Priority: 900\n' > "$work/pin"; put "$work/pin" "$PIN"
}

# An owner who followed nginx.org's guide has these files already.
remember_sources() {
    [[ ! -e $STATE/nginx.org ]] || return 0
    local path
    for path in "$LIST" "$PIN" "$KEYRING"; do
        if [[ -e $path ]]; then mkdir -p "$STATE/sources$(dirname "$path")"; cp -a "$path" "$STATE/sources$path"; fi
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
