/** A VM as it is wanted, and what Proxmox says of nodes and guests, as far as it is looked at. */
import { z } from "zod";
import type { VirtualMachineModel } from "../../model/model";
import { config, current, guest, node } from "../../proxmox/answers";
import type { ProxmoxApi } from "./api";

export interface Wanted {
    name: string;
    /** Text at the end of its notes that no other VM has. */
    mark: string;
    /** With the length of the prefix: a VM that has its settings has this among them. */
    address: string;
    machine: VirtualMachineModel;
    /** The command that changes the other hosts alone. */
    others: string;
}

export type Config = z.infer<typeof config>;
export type Guest = z.infer<typeof guest>;
export type Current = z.infer<typeof current>;
export type Node = z.infer<typeof node>;

/**
 * All in the cluster, containers among them, on nodes that are off as well. Proxmox lists what nodes told each other
 * every ten seconds: a VM that is new has neither name nor state in it, nor has one whose node has been off for five
 * minutes. A name that is missing is read from the VM's own configuration, and stays missing where its node is off.
 */
export async function guestsOf(api: ProxmoxApi): Promise<Guest[]> {
    const guests = await api.call("GET", "/cluster/resources?type=vm", z.array(guest));
    const lacksName = ({ type, name }: Guest): boolean => type === "qemu" && name === undefined;
    if (!guests.some(lacksName)) return guests;
    const nodes = await nodesOf(api);
    return Promise.all(
        guests.map(async (each) => {
            if (!lacksName(each) || isOffline(nodes, each.node)) return each;
            // It may have been removed meanwhile.
            const own = await configOf(api, each.node, each.vmid).catch((): Config => ({}));
            return { ...each, name: String(own["name"] ?? ""), template: Number(own["template"] ?? 0) };
        }),
    );
}

export function nodesOf(api: ProxmoxApi): Promise<Node[]> {
    return api.call("GET", "/nodes", z.array(node));
}

export function isOffline(nodes: Node[], name: string): boolean {
    return nodes.some(({ node: known, status }) => known === name && status === "offline");
}

/** Asks the node itself: what the cluster lists may be ten seconds old. */
export function currentOf(api: ProxmoxApi, onNode: string, vmid: number): Promise<Current> {
    return api.call("GET", `/nodes/${onNode}/qemu/${vmid}/status/current`, current);
}

export function configOf(api: ProxmoxApi, onNode: string, vmid: number): Promise<Config> {
    return api.call("GET", `/nodes/${onNode}/qemu/${vmid}/config`, config);
}

/** Whether cloud-init gives it this address: it has its settings. */
export function hasAddress(of: Config, { address }: Pick<Wanted, "address">): boolean {
    return String(of["ipconfig0"] ?? "")
        .split(",")
        .some((setting) => [`ip=${address}`, `ip6=${address}`].includes(setting));
}

/** Whether it was made for this host, by this stack or one of the same name. */
export function isOurs(of: Config, { name, mark }: Pick<Wanted, "name" | "mark">): boolean {
    const notes = String(of["description"] ?? "").trim();
    return notes.endsWith(mark) && of["name"] === name;
}
