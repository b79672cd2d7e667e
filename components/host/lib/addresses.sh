# shellcheck shell=bash
# Addresses, and texts ADDRESS:PORT. An IPv6 address has colons of its own, so it is in brackets before a port.

family_of() { if [[ $1 == *:* ]]; then echo 6; else echo 4; fi; } # ADDRESS

# Prints the name of the interface that has the address; nothing where none has.
interface_of() { # ADDRESS
    local family length=32
    family=$(family_of "$1")
    if [[ $family == 6 ]]; then length=128; fi
    ip -o "-$family" address show to "$1/$length" | awk 'NR == 1 {print $2}'
}

has_address() { [[ -n $(interface_of "$1") ]]; } # ADDRESS

# Whether the routers are told of it: it is in the kernel's table of what is announced.
is_announced() { [[ -n $(ip "-$(family_of "$1")" route show table "$2" "$1" 2> /dev/null) ]]; } # ADDRESS TABLE

bracketed() { if [[ $1 == *:* ]]; then echo "[$1]"; else echo "$1"; fi; } # ADDRESS

address_of() { # ADDRESS:PORT
    local address=${1%:*}
    address=${address#[}
    echo "${address%]}"
}

port_of() { echo "${1##*:}"; } # ADDRESS:PORT
