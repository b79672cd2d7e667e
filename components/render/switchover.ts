/**
 * Connections at the moment a VIP moves between two hosts that both run.
 *
 * The neighbours learn of the new holder at one instant, whatever is under way then: the next packet of a connection
 * that began at the old holder comes to the new one, which knows nothing of it and would refuse it. For half a second
 * it sends such packets to the other hosts instead; the one that has the connection still answers for the VIP
 * (docs/decisions/0015-gentle-hand-over.md).
 */
import type { HostModel, Model, VipModel } from "../model/model";
import { Address } from "../text/address";
import type { ManagedFile } from "./file";
import { skewTime } from "../model/vrrp";
import { lines, type Lines, MANAGED } from "../text/lines";
import { SWITCHOVER_RULES, INTERFACE_PLACEHOLDER } from "../host/paths";

/** Nobody is there to switch over to where there is one host. */
export const switchesOverGracefully = ({ vrrp, hosts }: Model): boolean =>
    vrrp.switchover === "graceful" && hosts.length > 1;

/**
 * Seconds that a host goes on serving when it has given the VIP up: until the least eager of the others has taken it,
 * and half a second for the neighbours to know and for requests under way. At most 10, since services are stopped
 * within that time.
 */
export function lingerTime({ vrrp, hosts }: Model): number {
    const slowest = Math.max(...hosts.map(({ priority }) => skewTime(vrrp.advertisementInterval, priority)));
    return Math.min(10, Math.ceil((slowest + 0.5) * 100) / 100);
}

/** Marks a packet that was sent on, in a field nobody else on the way looks at: it is not sent on again. */
const SENT_ON = "0x3f";

/** The nft table of a VIP's rules. */
export const tableOf = ({ instance }: VipModel): string => `ha_api_${instance}`;

export function switchoverRules(model: Model, host: HostModel): ManagedFile {
    return {
        path: SWITCHOVER_RULES,
        mode: "0644",
        content: lines(`# ${MANAGED}`, ...model.vips.flatMap((vip) => rulesOf(model, vip, host))),
    };
}

/** What nft calls a family of addresses, and what is of it. */
const FAMILIES = { 4: { ip: "ip", type: "ipv4_addr" }, 6: { ip: "ip6", type: "ipv6_addr" } } as const;

function rulesOf(model: Model, vip: VipModel, host: HostModel): Lines {
    const device = host.interface ?? INTERFACE_PLACEHOLDER;
    const peers = model.hosts.filter(({ name }) => name !== host.name).map(({ address }) => address);
    const ports = model.listeners.filter(({ protocol }) => protocol === "tcp").map(({ port }) => port);
    const { ip, type } = FAMILIES[Address.of(vip.address).family];
    const table = `${ip} ${tableOf(vip)}`;
    return [
        `table ${table}`,
        `delete table ${table}`,
        `table ${table} {`,
        [
            "# Connections that began at this host of late.",
            "set known {",
            [`type ${type} . inet_service`, "flags dynamic, timeout", "timeout 10s", "size 131072"],
            "}",
            "# The VIP, on a backup and for the first half second of a holder; for seconds, unless the " +
                "watcher says so again.",
            "set open {",
            [`type ${type}`, "flags timeout"],
            "}",
            "chain to_vip {",
            [
                `tcp flags & (syn | ack) == syn update @known { ${ip} saddr . tcp sport } accept`,
                "# Not for the connections of this host: sent on to all, and one has it.",
                `fib daddr type != local ${ip} dscp ${SENT_ON} drop`,
                `${ip} daddr != @open accept`,
                "# Only the holder sends on, what it does not know, and once.",
                "fib daddr type != local accept",
                `${ip} saddr . tcp sport @known accept`,
                `${ip} dscp ${SENT_ON} accept`,
                `${ip} dscp set ${SENT_ON}`,
                ...peers.map((address) => `dup to ${address} device "${device}"`),
                "drop",
            ],
            "}",
            "chain prerouting {",
            [
                "type filter hook prerouting priority raw; policy accept;",
                `iifname "${device}" ${ip} daddr ${vip.address} tcp dport { ${ports.join(", ")} } jump to_vip`,
            ],
            "}",
        ],
        "}",
    ];
}
