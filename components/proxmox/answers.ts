/** What Proxmox answers, as far as it is looked at. Numbers are text in some of its answers. */
import { z } from "zod";

const number = z.union([
    z.number(),
    z
        .string()
        .regex(/^-?\d+(\.\d+)?$/)
        .transform(Number),
]);

/** What is not there, or is something else, is not known. */
const ifKnown = <T>(shape: z.ZodType<T>): z.ZodType<T | undefined> => shape.optional().catch(undefined);

export const guest = z.object({
    /** qemu, or lxc for a container. */
    type: z.string(),
    vmid: number,
    node: z.string(),
    /** That of the last ten seconds, as `status`: see guestsOf. */
    name: z.string().optional(),
    status: z.string(),
    lock: z.string().optional(),
    template: number.optional(),
    /** Separated by semicolons. */
    tags: z.string().optional(),
});

export const node = z.object({
    node: z.string(),
    status: z.string(),
    /** CPUs, where the caller may look at the node. */
    maxcpu: ifKnown(number),
});

export const current = z.object({
    status: z.string(),
    /** What it runs with: bytes, and virtual CPUs. */
    maxmem: ifKnown(number),
    cpus: ifKnown(number),
});

/** Of a VM, by key. What is neither text nor a number is none of its settings. */
export const config = z
    .record(z.string(), z.unknown())
    .transform(
        (given) =>
            Object.fromEntries(
                Object.entries(given).filter(([, value]) => ["string", "number"].includes(typeof value)),
            ) as Record<string, string | number>,
    );

export const version = z.object({ version: z.string() });

export const storageStatus = z.object({
    /** What it may hold, separated by commas. */
    content: z.string(),
    active: ifKnown(number),
    shared: ifKnown(number),
});
export const storages = z.array(z.object({ storage: z.string() }));
export const volumes = z.array(z.object({ volid: z.string() }));

export const cpuModels = z.array(z.object({ name: z.string() }));

export const firewallRules = z.array(z.unknown());
export const firewallSets = z.array(z.object({ name: z.string() }));
export const firewallOptions = z.object({ enable: ifKnown(number) });

/** Only the first is shown to whoever lacks Sys.Audit. */
export const datacenterOptions = z.object({
    /** Tags there are, or that are listed, and that the caller may set and remove. */
    "allowed-tags": ifKnown(z.array(z.string())),
    "registered-tags": ifKnown(z.array(z.string())),
    "user-tag-access": ifKnown(z.object({ "user-allow": ifKnown(z.string()) })),
});

/** By path, the privileges held there. */
export const permissions = z.record(z.string(), z.record(z.string(), z.unknown()));

/** The name of what was begun. */
export const task = z.string();
export const taskStatus = z.object({ status: z.string(), exitstatus: z.string().optional() });

export const haEntries = z.array(
    z.object({
        /** `vm:101`; absent in what is said of nodes. */
        sid: ifKnown(z.string()),
        /** `queued` until the manager has seen it. */
        crm_state: ifKnown(z.string()),
    }),
);
