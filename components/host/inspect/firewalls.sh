# shellcheck shell=bash
# The firewalls of this host that may refuse what comes in: those of services that keep their own list, and tables of
# nftables, as the owner's own or those of iptables. Rules are read of the chains that see all input, since there may be
# thousands of others.
tell_firewalls() {
    local found="" chain rules
    if grep -qsix 'ENABLED=yes' /etc/ufw/ufw.conf; then
        fact firewall ufw
        found=yes
    fi
    if systemctl is-active --quiet firewalld 2> /dev/null; then
        fact firewall firewalld
        found=yes
    fi
    # The services make their own tables.
    if [[ -n $found ]] || ! command -v nft > /dev/null; then return; fi
    while IFS= read -r chain; do
        # Read to their end first: nft, cut off by a grep that has seen enough, would fail, and the whole with it.
        # shellcheck disable=SC2086
        rules=$(nft list chain $chain 2> /dev/null)
        if grep -qE 'policy drop|(^|[[:space:]])(drop|reject)([[:space:]]|$)' <<< "$rules"; then
            fact firewall "nftables, table ${chain% *}"
        fi
    done < <(nft list chains 2> /dev/null | input_chains)
}

# FAMILY TABLE CHAIN of each chain that sees all packets to this host, but for those of the load balancer.
input_chains() {
    awk '$1 == "table" { table = $2 " " $3; ours = $3 ~ /^ha_api/ }
        $1 == "chain" { chain = $2 }
        /hook (input|prerouting|ingress)/ && /type filter/ && !ours { print table, chain }'
}
