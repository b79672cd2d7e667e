/** The two VMs of this benchmark, beside those of the lab's own stack. */
import { type LabInstance, pairAddresses } from "../../lab/instance";
import type { StackConfig } from "../support/stack";

export interface Site {
    vip: string;
    /** Addresses of the hosts. */
    hosts: string[];
    config: (changed: StackConfig) => StackConfig;
}

/** Settings of the VMs, with their memory in MiB. */
export const machines = ({ gateway }: LabInstance, memory: number): StackConfig => ({
    template: { vmId: 9000, node: "pve1" },
    gateway,
    nameservers: [gateway],
    memory,
});

export function site(instance: LabInstance): Site {
    const { vip, hosts } = pairAddresses(instance, 0);
    return {
        vip,
        hosts,
        config: (changed) => ({
            vip: `${vip}/24`,
            apiServers: instance.apiServers.map(({ address }) => address),
            hosts: hosts.map((address, index) => ({
                name: `change${index + 1}`,
                address,
                virtualMachine: { node: `pve${index + 1}`, vmId: 151 + index },
            })),
            virtualMachines: machines(instance, 1024),
            proxmox: { endpoint: `https://${instance.gateway}:${instance.proxmoxPort}`, insecure: true },
            ...changed,
        }),
    };
}
