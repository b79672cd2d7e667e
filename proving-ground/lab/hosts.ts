/** The load-balancer VMs of a lab as they really are: what the Proxmox API lists, and what their interfaces hold. */
import { nspawnHypervisor } from "./hypervisor/nspawn";
import type { LabInstance } from "./instance";
import { NODES } from "./proxmox/nodes";
import { proxmoxCall } from "./proxmoxApi";

export interface LabHost {
    name: string;
    vmId: number;
    node: string;
    running: boolean;
    /** Its own address; empty when it is off. */
    address: string;
    /** Every IPv4 address of its interface, a VIP it holds among them. */
    addresses: string[];
}

interface Guest {
    vmid: number;
    name: string;
    status: string;
    template?: number;
}

export async function readHosts(instance: LabInstance): Promise<LabHost[]> {
    // The cluster's own list is up to ten seconds late.
    const guestsOf = async (node: string): Promise<(Guest & { node: string })[]> =>
        (await proxmoxCall<Guest[]>(instance, "GET", `/nodes/${node}/qemu`).catch(() => [])).map((guest) => ({
            ...guest,
            node,
        }));
    const guests = (await Promise.all(NODES.map(guestsOf))).flat();
    const hypervisor = nspawnHypervisor(instance);
    const hosts = guests
        .filter(({ template }) => template !== 1)
        .map(async ({ vmid, name, node, status }): Promise<LabHost> => {
            const interfaces = await hypervisor.interfaces(vmid).catch(() => []);
            const addresses = interfaces
                .filter((each) => each.name !== "lo")
                .flatMap((each) => each.addresses)
                .filter(({ family }) => family === "ipv4")
                .map(({ address }) => address);
            return { name, vmId: vmid, node, running: status === "running", address: addresses[0] ?? "", addresses };
        });
    return (await Promise.all(hosts)).sort((a, b) => a.vmId - b.vmId);
}

/** Names of the hosts that hold an address: one, when all is healthy. */
export function hostsHolding(hosts: LabHost[], address: string): string[] {
    return hosts.filter(({ addresses }) => addresses.includes(address)).map(({ name }) => name);
}
