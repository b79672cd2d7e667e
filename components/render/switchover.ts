/**
 * Connections at the moment a VIP moves between two hosts that both run.
 *
 * The neighbours learn of the new master at one instant, whatever is under way then: the next packet of a connection
 * that began at the old master comes to the new one, which knows nothing of it and would refuse it. For half a second
 * it sends such packets to the other hosts instead; the one that has the connection still answers for the VIP
 * (docs/decisions/0015-gentle-hand-over.md).
 */
import type { HostModel, Model, VipModel } from "../model/model";
import { addressIn, othersThan } from "../model/hostOf";
import { priorityFor, vipsAt } from "../model/vips";
import { Address, type Family } from "../text/address";
import type { ManagedFile } from "./file";
import { skewTime } from "../model/vrrp";
import { lines, type Lines, MANAGED } from "../text/lines";
import { SWITCHOVER_RULES, INTERFACE_PLACEHOLDER } from "../host/paths";

/** Not with a single host: there is no other one to switch over to. */
export const switchesOverGracefully = ({ announcement, vrrp, hosts }: Model): boolean =>
    announcement === "vrrp" && vrrp.switchover === "graceful" && hosts.length > 1;

/**
 * Seconds that a host goes on serving after it has given the VIP up: the slowest backup's skew time, and half a
 * second for ARP caches to update and for requests under way. At most 10, since services are stopped
 * within that time. Where the VIP is announced by BGP, until the routers have taken the route out.
 */
export function lingerTime(model: Model): number {
    const { announcement, vrrp, hosts, vips } = model;
    if (announcement === "bgp") return 1;
    const priorities = vips.flatMap((vip) => hosts.map((host) => priorityFor(model, vip, host)));
    const slowest = Math.max(...priorities.map((priority) => skewTime(vrrp.advertisementInterval, priority)));
    return Math.min(10, Math.ceil((slowest + 0.5) * 100) / 100);
}

/** Marks a forwarded packet, in a field that nothing else on the way uses: it is not forwarded again. */
const FORWARDED = "0x3f";

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

/** The other hosts' addresses in a VIP's family. */
const peersOf = (model: Model, host: HostModel, family: Family): string[] =>
    othersThan(model, host).flatMap((other) => addressIn(other, family) ?? []);

function rulesOf(model: Model, vip: VipModel, host: HostModel): Lines {
    const device = host.interface ?? INTERFACE_PLACEHOLDER;
    const { family } = Address.of(vip.address);
    const peers = peersOf(model, host, family);
    const ports = model.listeners
        .filter((listener) => listener.protocol === "tcp" && vipsAt(model, listener).includes(vip))
        .map(({ port }) => port);
    const { ip, type } = FAMILIES[family];
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
            "# The VIP, on a backup and for the first half second of a master; for seconds, unless the " +
                "watcher renews it.",
            "set open {",
            [`type ${type}`, "flags timeout"],
            "}",
            "chain to_vip {",
            [
                `tcp flags & (syn | ack) == syn update @known { ${ip} saddr . tcp sport } accept`,
                "# Not a connection of this host: forwarded to all others, and one has it.",
                `fib daddr type != local ${ip} dscp ${FORWARDED} drop`,
                `${ip} daddr != @open accept`,
                "# Only the master forwards, what it does not know, and once.",
                "fib daddr type != local accept",
                `${ip} saddr . tcp sport @known accept`,
                `${ip} dscp ${FORWARDED} accept`,
                `${ip} dscp set ${FORWARDED}`,
                ...peers.map((address) => `dup to ${address} device "${device}"`),
                "drop",
            ],
            "}",
            "chain prerouting {",
            [
                "type filter hook prerouting priority raw; policy accept;",
                // A VIP of datagrams alone has no connections.
                ports.length > 0 &&
                    `iifname "${device}" ${ip} daddr ${vip.address} tcp dport { ${ports.join(", ")} } jump to_vip`,
            ],
            "}",
        ],
        "}",
    ];
}
