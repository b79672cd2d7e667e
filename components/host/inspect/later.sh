# shellcheck shell=bash
# What takes long, such as connections, runs beside the rest, each in a process of its own, and is read in order.

reads=()
later() { # COMMAND
    local descriptor
    exec {descriptor}< <("$@")
    reads+=("$descriptor")
}

print_what_ran_beside() {
    local descriptor
    for descriptor in "${reads[@]}"; do cat <&"$descriptor"; done
}
