# shellcheck shell=bash
# The virtual IPs: who holds them, as this host sees it. Each of `vips` is INSTANCE=ADDRESS; several may be of one
# instance.

tell_vips() {
    local vip address state holds
    for vip in "${vips[@]}"; do
        address=${vip#*=} state=$VRRP_STATES/${vip%%=*}
        fact vip "$address" "${vip%%=*}"
        holds=$(interface_of "$address")
        if [[ -n $holds ]]; then fact holds "$address" "$(cat "/sys/class/net/$holds/address")" "$holds"; fi
        if [[ -r $state ]]; then fact vrrp-state "$address" "$(stat --format %.3Y "$state")" "$(cat "$state")"; fi
    done
    if [[ -r $vrrp_configuration ]]; then
        awk '$1 == "vrrp_instance" { instance = $2 }
            $1 == "priority" || $1 == "virtual_router_id" { print $1, instance, $2 }' "$vrrp_configuration"
    fi
}

# After a connection to a VIP, which makes this host resolve the master's MAC address.
tell_neighbours() {
    local vip
    for vip in "${vips[@]}"; do
        ip "-$(family_of "${vip#*=}")" neigh show to "${vip#*=}" | awk -v address="${vip#*=}" \
            '{for (i = 1; i < NF; i++) if ($i == "lladdr") {print "neighbour", address, $(i + 1), $NF; exit}}'
    done
}
