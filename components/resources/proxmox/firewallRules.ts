/** What Proxmox's firewall lets into a host, and out of it: what a load balancer cannot do without. */
import { bgpInUse } from "../../model/bgp";
import { addressesOfHost, othersThan } from "../../model/hostOf";
import { NODE_EXPORTER_PORT } from "../../model/ports";
import { Address, Network } from "../../text/address";
import type { BgpModel, HostModel, Model, VirtualMachineModel } from "../../model/model";

/** By this name Proxmox knows the addresses that the first network card may send from. */
export const IP_FILTER = "ipfilter-net0";

/** Where hosts that use multicast send their advertisements (RFC 9568). */
const VRRP_GROUP = "224.0.0.18";

/** A rule in Proxmox's own words; what is not given is anything. */
export interface FirewallRule {
    type: "in" | "out";
    action: "ACCEPT";
    proto: "vrrp" | "tcp" | "udp";
    source?: string;
    dest?: string;
    dport?: string;
    comment: string;
}

/** In the order in which Proxmox asks them; what none of them lets in is dropped. */
export function firewallRules(model: Model, host: HostModel & { virtualMachine: VirtualMachineModel }): FirewallRule[] {
    const { allowedClients, hosts, listeners, metrics, ssh, vrrp } = model;
    const others = othersThan({ hosts }, host);
    const peers = others.map(({ address }) => address);
    const { firewallSshSources: sources } = host.virtualMachine;
    const clients = sourcesOf(allowedClients && [...others.flatMap(addressesOfHost), ...allowedClients]);
    const accept = (rule: Omit<FirewallRule, "action">): FirewallRule => ({ action: "ACCEPT", ...rule });
    const routers = bgpInUse(model);
    return [
        ...(routers === undefined ? [] : bgpRules(routers).map(accept)),
        // A single host has nobody to hear. Proxmox has no macro for VRRP.
        ...(peers.length === 0 || routers !== undefined
            ? []
            : [
                  accept({ type: "in", proto: "vrrp", source: peers.join(","), comment: "VRRP of the other hosts" }),
                  accept({
                      type: "out",
                      proto: "vrrp",
                      dest: vrrp.transport === "unicast" ? peers.join(",") : VRRP_GROUP,
                      comment: "VRRP to the other hosts",
                  }),
              ]),
        ...sourcesOf(sources.length === 0 ? undefined : sources).map((source) =>
            accept({
                type: "in",
                proto: "tcp",
                dport: String(ssh.port),
                ...source,
                comment: "SSH, by which Pulumi configures the host",
            }),
        ),
        ...listeners.flatMap(({ name, protocol, port }) =>
            clients.map((source) =>
                accept({ type: "in", proto: protocol, ...source, dport: String(port), comment: `listener ${name}` }),
            ),
        ),
        ...metricsPorts(metrics).flatMap((port) =>
            sourcesOf(metrics.allowedClients).map((source) =>
                accept({ type: "in", proto: "tcp", ...source, dport: String(port), comment: "metrics" }),
            ),
        ),
    ];
}

/** Where metrics are asked for, as far as it was said who may. */
function metricsPorts({ allowedClients, proxyListenOn, proxyPort }: Model["metrics"]): number[] {
    if (allowedClients === undefined) return [];
    return proxyListenOn === "host" ? [NODE_EXPORTER_PORT, proxyPort] : [NODE_EXPORTER_PORT];
}

/** Sessions with routers, from whichever side; packets of BFD (RFC 5881) go to a port of their own. */
function bgpRules({ peers, bfd }: BgpModel): Omit<FirewallRule, "action">[] {
    return sourcesOf(peers.map(({ address }) => address)).flatMap((source) => [
        { type: "in", proto: "tcp", ...source, dport: "179", comment: "BGP of the routers" },
        ...(bfd.enabled
            ? [{ type: "in", proto: "udp", ...source, dport: "3784", comment: "BFD of the routers" } as const]
            : []),
    ]);
}

/** Characters that Proxmox takes as the source of one rule. */
const LONGEST_SOURCE = 512;

/** Where packets may come from, in as many rules as it takes: Proxmox has one family of addresses in each. */
function sourcesOf(given: string[] | undefined): { source?: string }[] {
    if (given === undefined) return [{}];
    const all = [...new Set(given)];
    return ([4, 6] as const).flatMap((family) => {
        const rules: string[] = [];
        for (const each of all.filter((source) => Network.parse(source).address.family === family)) {
            const longer = [...rules.slice(-1), each].join(",");
            if (longer.length > LONGEST_SOURCE || rules.length === 0) rules.push(each);
            else rules[rules.length - 1] = longer;
        }
        return rules.map((source) => ({ source }));
    });
}

/** Where IPv6 has each host's own address for finding its neighbours: without it there is no IPv6 at all. */
const LINK_LOCAL = "fe80::/10";

/** The only addresses that a host sends from. */
export function addressesOf({ vips }: Model, host: HostModel): string[] {
    const all = [...addressesOfHost(host), ...vips.map((vip) => vip.address)];
    return all.some((each) => Address.of(each).family === 6) ? [...all, LINK_LOCAL] : all;
}
