/** What a hypervisor lets a machine send and receive, as rules for nft at the machine's port of the bridge. */

export interface PacketRule {
    accepts: boolean;
    protocol: string | undefined;
    /** Addresses and networks; none means any. So do no ports. */
    sources: string[];
    destinations: string[];
    sourcePorts: string[];
    ports: string[];
}

export interface PacketFilter {
    /** The only one that frames may come from. */
    macAddress?: string;
    /** The only ones that packets, and answers to ARP, may come from. */
    addresses?: string[];
    incoming: { rules: PacketRule[]; accepts: boolean };
    outgoing: { rules: PacketRule[]; accepts: boolean };
}

/**
 * What belongs to a connection that was let through before. A bridge without connection tracking knows it by its
 * packets: all of TCP but the first, and answers from the ports of well-known services.
 */
const CONNECTIONS = [
    "tcp flags & (syn | ack) != syn accept",
    "udp sport 0-1023 accept",
    "icmp type { echo-reply, destination-unreachable, time-exceeded } accept",
];

/** The whole table, replaced in one transaction. */
export function packetFilterTable(table: string, port: string, filter: PacketFilter): string {
    const { macAddress, addresses, incoming, outgoing } = filter;
    const verdict = (accepts: boolean): string => (accepts ? "accept" : "drop");
    const only = addresses?.length === 0 ? ["0.0.0.0/32"] : addresses;
    const lines = [
        `table bridge ${table} {}`,
        `delete table bridge ${table}`,
        `table bridge ${table} {`,
        "chain outgoing {",
        "type filter hook prerouting priority -300; policy accept;",
        `iifname != "${port}" accept`,
        ...(macAddress === undefined ? [] : [`ether saddr != ${macAddress} drop`]),
        ...(only === undefined ? [] : [`arp saddr ip != ${anyOf(only)} drop`, `ip saddr != ${anyOf(only)} drop`]),
        "ether type != ip accept",
        ...outgoing.rules.map(line),
        ...(outgoing.accepts ? [] : CONNECTIONS),
        verdict(outgoing.accepts),
        "}",
        "chain incoming {",
        "type filter hook postrouting priority 300; policy accept;",
        `oifname != "${port}" accept`,
        "ether type != ip accept",
        ...CONNECTIONS,
        ...incoming.rules.map(line),
        verdict(incoming.accepts),
        "}",
        "}",
    ];
    return `${lines.join("\n")}\n`;
}

/** IP's number of it, where nft has no name. */
const NUMBERS: Record<string, string> = { vrrp: "112" };

function line({ accepts, protocol, sources, destinations, sourcePorts, ports }: PacketRule): string {
    const part = (what: string, values: string[]): string[] =>
        values.length === 0 ? [] : [`${what} ${anyOf(values)}`];
    return [
        ...part("ip saddr", sources),
        ...part("ip daddr", destinations),
        ...(protocol === undefined ? [] : [`ip protocol ${NUMBERS[protocol] ?? protocol}`]),
        ...part(`${protocol ?? "th"} sport`, sourcePorts.map(range)),
        ...part(`${protocol ?? "th"} dport`, ports.map(range)),
        accepts ? "accept" : "drop",
    ].join(" ");
}

const anyOf = (values: string[]): string => `{ ${values.join(", ")} }`;
const range = (ports: string): string => ports.replace(":", "-");
