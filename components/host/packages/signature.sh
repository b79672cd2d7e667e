# shellcheck shell=bash
# Whether a repository is the one that is expected: its keys, and who has signed its list of packages.

check_keys() { # FILE
    local found
    found=$(gpg --homedir "$work/gnupg" --batch --with-colons --show-keys "$1" 2> /dev/null \
        | awk -F: '$1 == "pub" {primary = 1} $1 == "fpr" && primary {print $10; primary = 0}' | sort | tr '\n' ' ')
    [[ ${found% } == "${repository[fingerprints]}" ]] || refuse \
        "the keys at ${repository[key]} are not the expected ones; nothing was trusted.
  expected: ${repository[fingerprints]}
  received: ${found:-none}
  If ${repository[name]} has published other keys, name their fingerprints in ${repository[fingerprints_input]};" \
        "else do not use this repository."
}

# apt checks this too, but only once it trusts the repository, and it then refuses every update, also the owner's.
# In the order of harm: of several signatures one good one is enough, and none may be wrong.
check_signature() { # ADDRESS of the folder with the signed list
    local advice="nothing was trusted" answer key expired list="the list of packages at $1"
    gpg --homedir "$work/gnupg" --batch --quiet --import "$work/repository.key" 2> /dev/null
    answer=$(verify_list "$1") || refuse "there is no signed list of packages at $1; $advice." \
        "See whether the repository has packages for $VERSION_CODENAME, or use ${repository[instead]}."
    advice+=". Use ${repository[name]} itself or another mirror (${repository[input]}), or ${repository[instead]}."
    if signature BADSIG; then refuse "$list was changed after it was signed; $advice"; fi
    if signature GOODSIG; then return 0; fi
    if signature EXPKEYSIG; then
        expired=$(gpg --homedir "$work/gnupg" --batch --with-colons --list-keys "$key" 2> /dev/null \
            | awk -F: '$1 == "pub" && !seen++ {print $7}')
        refuse "$list is signed with the key $key, which expired on $(date -u -d "@${expired:-0}" +%F)" \
            "(this host's clock says $(date -u +%F)); $advice"
    fi
    if signature REVKEYSIG; then refuse "$list is signed with the key $key, which was revoked; $advice"; fi
    if signature EXPSIG; then refuse "the signature of $list has expired; $advice"; fi
    if signature NO_PUBKEY; then
        refuse "$list is signed with the key $key, which is none of the expected ones; $advice"
    fi
    refuse "$list is not signed; $advice"
}

# Prints what gpg finds; fails where there is no signed list.
verify_list() { # ADDRESS
    local release=$work/Release
    local -a signed=("$release")
    if ! fetch "$1/InRelease" "$release" 2> /dev/null; then
        fetch "$1/Release" "$release" && fetch "$1/Release.gpg" "$release.gpg" || return 1
        signed=("$release.gpg" "$release")
    fi
    gpg --homedir "$work/gnupg" --batch --status-fd 1 --verify "${signed[@]}" 2> /dev/null || true
}

signature() { # KIND: whether the answer of check_signature has one of these; sets its key
    key=$(sed -n "s/^\[GNUPG:\] $1 \([0-9A-F]*\).*/\1/p" <<< "$answer" | sed -n 1p)
    [[ -n $key ]]
}
