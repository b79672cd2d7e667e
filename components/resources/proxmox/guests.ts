/** A VM as it is wanted, and what Proxmox says of nodes and guests, as far as it is looked at. */
import type { VirtualMachineModel } from "../../model/model";
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

export type Config = Record<string, string | number>;

export interface Guest {
    /** qemu, or lxc for a container. */
    type: string;
    vmid: number;
    node: string;
    /** That of the last ten seconds, as `status`: see guestsOf. */
    name?: string;
    status: string;
    lock?: string;
    template?: number;
    /** Separated by semicolons. */
    tags?: string;
}

export interface Current {
    status: string;
    /** What it runs with: bytes, and virtual CPUs. */
    maxmem?: number;
    cpus?: number;
}

export interface Node {
    node: string;
    status: string;
    /** CPUs, where the caller may look at the node. */
    maxcpu?: number;
}

/**
 * All in the cluster, containers among them, on nodes that are off as well. Proxmox lists what nodes told each other
 * every ten seconds: a VM that is new has neither name nor state in it, nor has one whose node has been off for five
 * minutes. A name that is missing is read from the VM's own configuration, and stays missing where its node is off.
 */
export async function guestsOf(api: ProxmoxApi): Promise<Guest[]> {
    const guests = await api.call<Guest[]>("GET", "/cluster/resources?type=vm");
    const lacksName = ({ type, name }: Guest): boolean => type === "qemu" && name === undefined;
    if (!guests.some(lacksName)) return guests;
    const nodes = await nodesOf(api);
    return Promise.all(
        guests.map(async (guest) => {
            if (!lacksName(guest) || isOffline(nodes, guest.node)) return guest;
            // It may have been removed meanwhile.
            const config = await configOf(api, guest.node, guest.vmid).catch((): Config => ({}));
            return { ...guest, name: String(config["name"] ?? ""), template: Number(config["template"] ?? 0) };
        }),
    );
}

export function nodesOf(api: ProxmoxApi): Promise<Node[]> {
    return api.call<Node[]>("GET", "/nodes");
}

export function isOffline(nodes: Node[], name: string): boolean {
    return nodes.some(({ node, status }) => node === name && status === "offline");
}

/** Asks the node itself: what the cluster lists may be ten seconds old. */
export function currentOf(api: ProxmoxApi, node: string, vmid: number): Promise<Current> {
    return api.call<Current>("GET", `/nodes/${node}/qemu/${vmid}/status/current`);
}

export function configOf(api: ProxmoxApi, node: string, vmid: number): Promise<Config> {
    return api.call<Config>("GET", `/nodes/${node}/qemu/${vmid}/config`);
}

/** Whether cloud-init gives it this address: it has its settings. */
export function hasAddress(config: Config, { address }: Pick<Wanted, "address">): boolean {
    return String(config["ipconfig0"] ?? "")
        .split(",")
        .some((setting) => [`ip=${address}`, `ip6=${address}`].includes(setting));
}

/** Whether it was made for this host, by this stack or one of the same name. */
export function isOurs(config: Config, { name, mark }: Pick<Wanted, "name" | "mark">): boolean {
    const notes = String(config["description"] ?? "").trim();
    return notes.endsWith(mark) && config["name"] === name;
}
