/** The two VMs of this benchmark, beside those of the lab's own stack. */
import type { LabInstance } from "../../lab/instance";
import type { StackConfig } from "../shared/stack";

export interface Site {
    vip: string;
    /** Addresses of the hosts. */
    hosts: string[];
    config: (changed: StackConfig) => StackConfig;
}

/** Settings of the VMs, with their memory in MiB. */
export const machines = ({ gateway }: LabInstance, memory: number): StackConfig => ({ template: { vmId: 9000, node: "pve1" }, gateway, nameservers: [gateway], memory });

export function site(instance: LabInstance): Site {
    const address = (octet: number): string => `${instance.subnet}.${octet}`;
    const vip = address(98);
    const octets = [141, 142];
    return {
        vip,
        hosts: octets.map(address),
        config: (changed) => ({
            vip: `${vip}/24`,
            apiServers: [51, 52, 53].map(address),
            hosts: octets.map((octet, index) => ({ name: `change${index + 1}`, address: address(octet), virtualMachine: { node: `pve${index + 1}`, vmId: octet } })),
            virtualMachines: machines(instance, 1024),
            proxmox: { endpoint: `https://${instance.gateway}:${instance.proxmoxPort}`, insecure: true },
            ...changed,
        }),
    };
}
