# shellcheck shell=bash
# Users and groups that came with these packages, where no package makes them any more and nothing is theirs. A user's
# own group goes with it.
remove_accounts() {
    local kind name why
    while read -r kind name; do
        getent "$([[ $kind == user ]] && echo passwd || echo group)" "$name" > /dev/null || continue
        why=$(use_of_account "$kind" "$name")
        if [[ -n $why ]]; then
            say "the $kind $name stays: $why"
            continue
        fi
        "${kind}del" "$name" 2> /dev/null || say "the $kind $name is still in use and stays"
    done < <(sort -r -u "$STATE/accounts" 2> /dev/null || true)
}

use_of_account() { # KIND NAME: in words, or nothing
    local file members making status=0
    making=$({ cat /var/lib/dpkg/info/*.postinst /var/lib/dpkg/info/*.preinst 2> /dev/null || true; } \
        | sed -e ':a' -e '/\\$/N; s/\\\n//; ta' \
        | grep -E '\<(adduser|addgroup|useradd|groupadd)\>' || true)
    if grep -qwF -- "$2" <<< "$making" || grep -qsE "^[ug]!?\s+$2\s" /usr/lib/sysusers.d/*.conf; then
        echo "a package that is installed makes it"
        return 0
    fi
    if [[ $1 == group ]]; then
        members=$(getent group "$2" | cut -d: -f4)
        if [[ -n $members ]]; then
            echo "$members is in it"
            return 0
        fi
    fi
    file=$(timeout 60 find /etc /home /opt /root /srv /usr/local /var -xdev \
        -path "$STATE" -prune -o "-$1" "$2" -print -quit 2> /dev/null) || status=$?
    if [[ -n $file ]]; then
        echo "it has files, such as $file"
    elif ((status == 124)); then echo "whether it has files could not be found out in a minute"; fi
}
