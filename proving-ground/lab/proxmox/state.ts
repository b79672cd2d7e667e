/**
 * What the fake Proxmox remembers: guests, pools and tasks, in one JSON file.
 *
 * The file is replaced as a whole (written beside, then renamed), so a crash leaves either the state before a change or
 * the one after it. Whether a machine runs is not in here: the hypervisor knows.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const volumeSchema = z.object({
    /** Bytes. */
    size: z.number(),
    /**
     * Whether this is the disk the machine boots from, which the hypervisor keeps; other volumes exist in the
     * configuration only.
     */
    system: z.boolean().default(false),
    /** Whether qemu-guest-agent is installed on it. */
    agent: z.boolean().default(true),
});

const ruleSchema = z.record(z.string(), z.union([z.string(), z.number()]));

const firewallSchema = z.object({
    options: z.record(z.string(), z.union([z.string(), z.number()])),
    rules: z.array(ruleSchema),
    /** By name. */
    sets: z.record(
        z.string(),
        z.object({
            comment: z.string().optional(),
            entries: z.array(
                z.object({ cidr: z.string(), comment: z.string().optional(), nomatch: z.literal(1).optional() }),
            ),
        }),
    ),
});

const guestSchema = z.object({
    vmid: z.number(),
    node: z.string(),
    /** As GET config answers it, except for the masked password. */
    config: z.record(z.string(), z.union([z.string(), z.number()])),
    /** By volume id, e.g. `local-lvm:vm-100-disk-0`. */
    volumes: z.record(z.string(), volumeSchema),
    /** What is being done to it: `create`, `clone`, `migrate` or `destroyed`. */
    lock: z.string().optional(),
    pool: z.string().optional(),
    /** What it was started with, which a change does not alter while it runs. */
    started: z.object({ memory: z.string(), cpus: z.number() }).optional(),
    firewall: firewallSchema.optional(),
});

/** What holds for all of it. */
const datacenterSchema = z.object({
    options: z.record(z.string(), z.string()),
    firewall: z.record(z.string(), z.union([z.string(), z.number()])),
});
/** Its firewall is off on a fresh Proxmox VE; here it is on, so that rules of VMs act. */
const freshDatacenter = (): z.infer<typeof datacenterSchema> => ({ options: {}, firewall: { enable: 1 } });

/** A container, of which nothing matters but that it is there. */
const containerSchema = z.object({ node: z.string(), hostname: z.string() });

/** What high availability was told of a guest, by `vm:101`. */
const haResourceSchema = z.object({
    state: z.string().optional(),
    comment: z.string().optional(),
    group: z.string().optional(),
    max_restart: z.number().optional(),
    max_relocate: z.number().optional(),
    failback: z.number().optional(),
    /** Milliseconds since 1970. */
    since: z.number(),
});

const haGroupSchema = z.object({
    nodes: z.string(),
    comment: z.string().optional(),
    nofailback: z.number().optional(),
    restricted: z.number().optional(),
});

const haRuleSchema = z.object({
    type: z.literal("resource-affinity"),
    affinity: z.enum(["positive", "negative"]),
    resources: z.array(z.string()),
    comment: z.string().optional(),
    disable: z.number().optional(),
});

const haSchema = z.object({
    resources: z.record(z.string(), haResourceSchema),
    groups: z.record(z.string(), haGroupSchema),
    rules: z.record(z.string(), haRuleSchema),
});
const noHa = (): z.infer<typeof haSchema> => ({ resources: {}, groups: {}, rules: {} });

const taskSchema = z.object({
    upid: z.string(),
    node: z.string(),
    pid: z.number(),
    /** Seconds since 1970. */
    starttime: z.number(),
    endtime: z.number().optional(),
    type: z.string(),
    id: z.string(),
    user: z.string(),
    /** `OK`, `WARNINGS: n`, or what went wrong; absent while it runs. */
    exitstatus: z.string().optional(),
    log: z.array(z.string()),
});

const stateSchema = z.object({
    version: z.literal(1),
    guests: z.record(z.string(), guestSchema),
    pools: z.record(z.string(), z.object({ comment: z.string().optional() })),
    ha: haSchema.default(noHa),
    datacenter: datacenterSchema.default(freshDatacenter),
    /** By id. */
    containers: z.record(z.string(), containerSchema).default({}),
    tasks: z.array(taskSchema),
    lastPid: z.number(),
    /** By caller: the privileges without which something was, or would have been, refused or hidden. */
    needed: z.record(z.string(), z.array(z.string())).default({}),
});

export type Volume = z.infer<typeof volumeSchema>;
export type Guest = z.infer<typeof guestSchema>;
export type GuestFirewall = z.infer<typeof firewallSchema>;
export type HaResource = z.infer<typeof haResourceSchema>;
export type HaGroup = z.infer<typeof haGroupSchema>;
export type HaRule = z.infer<typeof haRuleSchema>;
export type GuestConfig = Guest["config"];
export type TaskRecord = z.infer<typeof taskSchema>;
export type State = z.infer<typeof stateSchema>;

export class StateStore {
    readonly state: State;
    /** True when there was no state file: the fake Proxmox starts for the first time. */
    readonly fresh: boolean;
    private closed = false;
    private readonly file: string;

    constructor(directory: string) {
        mkdirSync(directory, { recursive: true });
        this.file = join(directory, "state.json");
        this.fresh = !existsSync(this.file);
        this.state = this.fresh
            ? {
                  version: 1,
                  guests: {},
                  pools: {},
                  ha: noHa(),
                  datacenter: freshDatacenter(),
                  containers: {},
                  tasks: [],
                  lastPid: 1000,
                  needed: {},
              }
            : stateSchema.parse(JSON.parse(readFileSync(this.file, "utf8")));
    }

    save(): void {
        if (this.closed) return;
        // Passwords for cloud-init are in here.
        writeFileSync(`${this.file}.new`, `${JSON.stringify(this.state, undefined, 2)}\n`, { mode: 0o600 });
        renameSync(`${this.file}.new`, this.file);
    }

    /** From here on nothing is written: what still runs in this process is as dead to the next one as after a crash. */
    close(): void {
        this.closed = true;
    }

    /** Notes that a caller did something that one privilege was needed for. */
    needed(caller: string, privilege: string): void {
        const known = (this.state.needed[caller] ??= []);
        if (known.includes(privilege)) return;
        known.push(privilege);
        known.sort();
        this.save();
    }

    guests(): Guest[] {
        return Object.values(this.state.guests);
    }

    guest(vmid: number): Guest | undefined {
        return this.state.guests[vmid];
    }

    add(guest: Guest): void {
        this.state.guests[guest.vmid] = guest;
        this.save();
    }

    remove(vmid: number): void {
        delete this.state.guests[vmid];
        this.save();
    }
}
