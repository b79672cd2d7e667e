# shellcheck shell=bash
# What only the host knows and rendered files leave open: its interface, networkd's file for it, its credentials.

# `family` is that of the host's own address.
interface="" network_file="" family=4
# Names of the credentials that files of this manifest hold.
declare -a used_credentials=()

find_interface() { # ADDRESS [INTERFACE]
    family=$(family_of "$1")
    interface=${2:-$(interface_of "$1")}
    [[ -n $interface ]] || refuse "no interface has the address $1; it has:" \
        "$(ip -o "-$family" address show scope global | awk '{printf "%s %s  ", $2, $4}')"
    ip link show dev "$interface" > /dev/null 2>&1 \
        || refuse "there is no interface $interface; there are: $(ip -o link show | awk -F': ' '{printf "%s ", $2}')"
    systemctl is-active --quiet systemd-networkd || return 0
    network_file=$(networkctl --no-pager status "$interface" 2> /dev/null | sed -n 's/^ *Network File: *//p') || true
    # Which asks by D-Bus, and minimal images have none: then networkd's own note.
    if [[ -z $network_file ]]; then
        network_file=$(sed -n 's/^NETWORK_FILE=//p' \
            "/run/systemd/netif/links/$(< "/sys/class/net/$interface/ifindex")" 2> /dev/null || true)
    fi
    if [[ $network_file == /* ]]; then network_file=$(basename "$network_file"); else network_file=""; fi
}

# Prints the text with its placeholders filled in; a path that still has one belongs to something this host does not
# have.
substitute() { # TEXT
    local text=${1//@interface@/$interface} name value
    [[ -n $network_file ]] && text=${text//@network-file@/$network_file}
    while [[ $text =~ @credential:([a-z0-9-]+)@ ]]; do
        name=${BASH_REMATCH[1]}
        used_credentials+=("$name")
        # Assigned separately: a failure inside the expansion would go unnoticed.
        value=$(credential "$name") || end_explained
        text=${text//"@credential:$name@"/"$value"}
    done
    printf '%s\n' "$text"
}

credential() { # NAME
    cat "$STATE/credentials/$1" 2> /dev/null \
        || refuse "the credential $1 is not on this host; nothing was changed. Run again."
}

# A credential that no file holds any more is a secret without a use, also where the step that brought it has gone with
# its setting.
forget_credentials() {
    local file
    for file in "$STATE"/credentials/*; do
        [[ -e $file ]] || continue
        contains "$(basename "$file")" "${used_credentials[@]}" || rm -f "$file"
    done
}
