/**
 * What a guest's firewall lets through, from its rules, its sets of addresses and its options. It acts on the first
 * network card, where that has `firewall=1` and the firewall of the datacenter is on. Proxmox VE takes up to ten
 * seconds to notice a change, this none.
 */
import type { PacketFilter, PacketRule } from "../hypervisor/packetFilter";
import { type Proxmox } from "./api";
import { readNetwork } from "./config/network";
import { type Guest, type GuestFirewall } from "./state";

export const emptyFirewall = (): GuestFirewall => ({ options: {}, rules: [], sets: {} });

/** Has the hypervisor filter as the guest's firewall says now. */
export async function filter(pve: Proxmox, guest: Guest): Promise<void> {
    const isOn = pve.store.state.datacenter.firewall["enable"] === 1;
    await pve.hypervisor.filter(guest.vmid, isOn ? filterOf(guest) : undefined);
}

/** Undefined where nothing is filtered. */
export function filterOf({ config, firewall }: Guest): PacketFilter | undefined {
    const card = config.net0 === undefined ? undefined : readNetwork(String(config.net0));
    if (card?.firewall !== true || firewall?.options.enable !== 1) return undefined;
    const { options, rules, sets } = firewall;
    const ofType = (type: string): PacketRule[] =>
        rules.filter((rule) => rule.type === type && rule.enable !== 0).map(packetRule);
    const set = sets["ipfilter-net0"];
    const addresses = set?.entries.map(({ cidr }) => cidr) ?? (options.ipfilter === 1 ? [] : undefined);
    return {
        ...(options.macfilter === 0 ? {} : { macAddress: card.mac.toLowerCase() }),
        ...(addresses === undefined ? {} : { addresses }),
        incoming: { rules: ofType("in"), accepts: (options.policy_in ?? "DROP") === "ACCEPT" },
        outgoing: { rules: ofType("out"), accepts: (options.policy_out ?? "ACCEPT") === "ACCEPT" },
    };
}

function packetRule({ action, proto, source, dest, dport, sport }: GuestFirewall["rules"][number]): PacketRule {
    const list = (value: string | number | undefined): string[] =>
        value === undefined ? [] : String(value).split(",");
    return {
        accepts: action === "ACCEPT",
        protocol: proto === undefined ? undefined : String(proto),
        sources: list(source),
        destinations: list(dest),
        sourcePorts: list(sport),
        ports: list(dport),
    };
}
