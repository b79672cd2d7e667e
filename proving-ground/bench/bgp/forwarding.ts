/**
 * Forwarding of packets that a host has no connection for to the other hosts, one of which may have it ("second
 * chance"). Not part of the product: what it would save is measured here (docs/decisions/0043-bgp.md).
 */
import { API_SERVER_PORT } from "../../lab/apiserver/apiServers";
import { INTERFACE } from "../../lab/hypervisor/seed";

/** Where hosts have it, so that the experiment is loaded and removed as one. */
const TABLE = "bench_second_chance";
/** Marks what was forwarded, as the product does in a switchover: it is not forwarded again. */
const FORWARDED = "0x3f";

export const withoutForwarding = `sudo nft "add table ip ${TABLE}; delete table ip ${TABLE}"`;

/** A shell command for a host; `peers` are the other hosts' addresses. */
export function withForwarding(vip: string, peers: string[]): string {
    // With one peer, what it does not know either may be reset; of several, each but one does not know it.
    const unknown = peers.length === 1 ? "accept" : "drop";
    const rules = `table ip ${TABLE}
delete table ip ${TABLE}
table ip ${TABLE} {
    set known {
        type ipv4_addr . inet_service
        flags dynamic, timeout
        timeout 10s
        size 131072
    }
    chain to_vip {
        tcp flags & (syn | ack) == syn update @known { ip saddr . tcp sport } accept
        socket wildcard 0 accept
        ip saddr . tcp sport @known accept
        ip dscp ${FORWARDED} ${unknown}
        ip dscp set ${FORWARDED}
        ${peers.map((peer) => `dup to ${peer} device "${INTERFACE}"`).join("\n        ")}
        drop
    }
    chain prerouting {
        type filter hook prerouting priority raw; policy accept;
        iifname "${INTERFACE}" ip daddr ${vip} tcp dport ${API_SERVER_PORT} jump to_vip
    }
}`;
    return `sudo nft -f - <<'END'\n${rules}\nEND`;
}
