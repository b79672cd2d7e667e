/**
 * The two VMs of this benchmark, beside those of the lab's own stack, and the changes to them: each goes from one state
 * to another and, in the next run, back or further.
 */
import { type LabInstance, pairAddresses } from "../../lab/instance";
import { offerNewerPackages } from "../../lab/newerPackages";
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

export interface Scene {
    /** From 1 on. */
    run: number;
    instance: LabInstance;
    /** Addresses of the hosts. */
    hosts: string[];
    onHost: (address: string, command: string) => Promise<string>;
}

export interface Change {
    title: string;
    /** What changes in the stack's configuration; whatever else is needed is done. */
    prepare(scene: Scene): Promise<StackConfig>;
    /** What Pulumi says when it was made. */
    shows: RegExp;
}

const TWO_UPDATED = /~ 2 updated|2 updated/;

export const changes: Change[] = [
    {
        title: "API server removed",
        prepare: ({ instance }) => Promise.resolve({ apiServers: servers(instance).slice(0, 2) }),
        shows: TWO_UPDATED,
    },
    {
        title: "API server added",
        prepare: ({ instance }) => Promise.resolve({ apiServers: servers(instance) }),
        shows: TWO_UPDATED,
    },
    {
        title: "settings of proxy and VRRP changed",
        shows: TWO_UPDATED,
        prepare: ({ run }) =>
            Promise.resolve({ balancing: { idleTimeout: 3600 + run }, vrrp: { gratuitousArpRefresh: 10 + run } }),
    },
    {
        title: "memory changed, VMs power-cycled",
        prepare: ({ instance, run }) => Promise.resolve({ virtualMachines: machines(instance, 1024 + 64 * run) }),
        shows: /updated/,
    },
    {
        title: "nginx and keepalived upgraded",
        shows: /upgraded: keepalived \S+, nginx /,
        prepare: async ({ run, hosts, onHost }) => {
            for (const host of hosts)
                await offerNewerPackages((command) => onHost(host, command), `+lab${run}`, ["nginx", "keepalived"]);
            return { packageUpgradeTrigger: `run-${run}` };
        },
    },
];

const servers = ({ apiServers }: LabInstance): string[] => apiServers.map(({ address }) => address);
