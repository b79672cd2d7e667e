# shellcheck shell=bash
# This host: its interface, what it can run, its way to other networks, the room on its disks, and our files.

tell_tools() {
    local tool
    for tool in openssl curl; do
        if command -v "$tool" > /dev/null; then fact tool "$tool"; fi
    done
}

tell_interface() {
    local interface
    interface=$(interface_of "$address")
    if [[ -n $interface ]]; then fact interface "$interface"; fi
}

# A host that had a default route when it was configured last needs it.
tell_default_route() {
    if [[ -n $(ip "-$(family_of "$address")" route show default) ]]; then
        fact default-route there
    elif [[ -e $STATE/default-route ]]; then fact default-route gone; fi
}

# Room on each file system that the load balancer writes to, once: what others than root may use, and all of it, in kB;
# inodes free and all.
tell_room() {
    local places=(/ /var /var/log /etc /run /tmp)
    awk 'NR == FNR { device[$2] = $1; next }
        !(device[$6] in shown) {
            shown[device[$6]] = 1
            printf "space %s %d %d %s %s\n", $6, $1 * $3 / 1024, $2 * $3 / 1024, $4, $5
        }' <(stat --format '%d %n' "${places[@]}" 2> /dev/null) \
        <(stat --file-system --format '%a %b %S %d %c %n' "${places[@]}" 2> /dev/null)
}

tell_files() {
    local path checksum
    [[ -r $STATE/managed ]] || return 0
    fact managed
    while IFS= read -r path; do
        if [[ -z $path ]]; then
            continue
        elif [[ -f $path ]]; then
            read -r checksum _ < <(masked "$path" | sha256sum)
            fact file "$(stat --format %a "$path")" "$checksum" "$path"
        else fact missing "$path"; fi
    done < "$STATE/managed"
}
