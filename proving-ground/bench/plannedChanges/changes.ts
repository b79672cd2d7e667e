/** The changes: each goes from one state to another and, in the next run, back or further. */
import type { LabInstance } from "../../lab/instance";
import { offerNewerPackages } from "../../lab/newerPackages";
import type { StackConfig } from "../support/stack";
import { machines } from "./site";

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
