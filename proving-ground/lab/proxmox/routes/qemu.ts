/** Guests: list, create, resize a disk, delete. */
import { randomUUID } from "node:crypto";
import { mayMake, requireForOptions, rootAlone } from "../access/configuration";
import { everybody, on } from "../access/checks";
import { VM } from "../access/objects";
import { type Api, type Proxmox } from "../api";
import { parseDrive, formatDrive } from "../config/drives";
import { assertDrives, assertStorages } from "../config/driveRules";
import { changed, defaultBootOrder, type Outcome } from "../config/normalise";
import { parseSize } from "../config/sizes";
import { assertFree } from "../datacenter";
import { ApiError, messageOf, refused } from "../errors";
import {
    adopt,
    agentEnabled,
    assertPool,
    assertUnlocked,
    discard,
    guestOf,
    guestOn,
    summary,
    visibleGuests,
} from "../guests";
import { forgetResource, managed, sidOf } from "../highAvailability";
import { powerOn } from "../power";
import { optionsIn } from "./configuration";
import { assertSshKeys } from "../sshKeys";
import { type Guest } from "../state";

export function qemuRoutes(api: Api, pve: Proxmox): void {
    const { store, tasks, locks } = pve;

    api.get("/nodes/:node/qemu", everybody, async (call) => {
        const node = call.path("node");
        return Promise.all(
            visibleGuests(pve, call)
                .filter((guest) => guest.node === node)
                .map((guest) => summary(pve, guest)),
        );
    });

    api.post("/nodes/:node/qemu", everybody, (call) => {
        const node = call.path("node");
        const vmid = Number(call.input.required("vmid"));
        const pool = call.input.text("pool");
        const start = call.input.flag("start");
        const set = optionsIn(call);
        pve.health.assertQuorum();
        assertSshKeys(set.sshkeys);
        if (pool !== undefined) assertPool(pve, pool);
        call.caller.require(mayMake(vmid, pool));
        requireForOptions(
            call.caller,
            vmid,
            pool,
            Object.entries(set).map(([key, after]) => ({ key, after })),
            true,
        );
        assertStorages(set, (storage) => pve.storages.assertHoldsDisks(storage));
        assertDrives(set);
        assertFree(pve, vmid, `unable to create VM ${vmid} -`);
        const planned = plan(() => created(pve, node, vmid, set));
        const guest: Guest = {
            vmid,
            node,
            config: {},
            volumes: {},
            lock: "create",
            ...(pool === undefined ? {} : { pool }),
        };
        store.add(guest);
        return tasks.start({ node, type: "qmcreate", id: String(vmid), user: call.user }, (log) =>
            locks.run(vmid, async () => {
                try {
                    if (planned instanceof Error) throw planned;
                    await adopt(pve, guest, planned);
                } catch (error) {
                    await discard(pve, guest);
                    throw refused(`unable to create VM ${vmid} - ${messageOf(error)}`);
                }
                delete guest.lock;
                store.save();
                if (start) await powerOn(pve, guest, log);
            }),
        );
    });

    api.put("/nodes/:node/qemu/:vmid/resize", on(VM, "VM.Config.Disk"), (call) => {
        const { vmid, node, config } = guestOf(pve, call);
        rootAlone(call, "skiplock");
        const key = call.input.required("disk");
        const wanted = call.input.required("size");
        const storage = parseDrive(String(config[key] ?? "none")).file.split(":")[0];
        if (storage !== "none") call.caller.require(on(`/storage/${storage}`, "Datastore.AllocateSpace"));
        return tasks.start({ node, type: "resize", id: String(vmid), user: call.user }, () =>
            locks.run(vmid, () => {
                const guest = guestOn(pve, node, vmid);
                assertUnlocked(guest);
                pve.health.assertWorks("resize");
                pve.health.assertWritable(node, vmid);
                resize(guest, key, wanted);
                store.save();
            }),
        );
    });

    api.get("/nodes/:node/qemu/:vmid/status/current", on(VM, "VM.Audit"), async (call) => {
        const guest = guestOf(pve, call);
        const shown = await summary(pve, guest);
        const resource = managed(pve, guest.vmid);
        const state = resource?.state ?? "started";
        const group = resource?.group === undefined ? {} : { group: resource.group };
        const ha = resource === undefined ? { managed: 0 } : { managed: 1, state, ...group };
        return { ...shown, qmpstatus: shown.status, ha, ...(agentEnabled(guest) ? { agent: 1 } : {}) };
    });

    api.delete("/nodes/:node/qemu/:vmid", on(VM, "VM.Allocate"), async (call) => {
        const { vmid, node, config } = guestOf(pve, call);
        rootAlone(call, "skiplock");
        if (config.protection === 1) throw refused(`can't remove VM ${vmid} - protection mode enabled`);
        if (sidOf(vmid) in store.state.ha.resources && !call.input.flag("purge"))
            throw refused(`unable to remove VM ${vmid} - used in HA resources and purge parameter not set.`);
        const assertStopped = async (): Promise<void> => {
            if (await pve.hypervisor.isRunning(vmid)) throw refused(`VM ${vmid} is running - destroy failed`);
        };
        await assertStopped();
        return tasks.start({ node, type: "qmdestroy", id: String(vmid), user: call.user }, () =>
            locks.run(vmid, async () => {
                const guest = guestOn(pve, node, vmid);
                assertUnlocked(guest);
                await assertStopped();
                pve.health.assertWorks("qmdestroy");
                // The disks go first, and whether their owner can be forgotten is found out last.
                await pve.hypervisor.removeDisk(vmid);
                pve.health.assertWritable(node, vmid);
                guest.lock = "destroyed";
                store.save();
                await discard(pve, guest);
                forgetResource(pve, sidOf(vmid));
            }),
        );
    });
}

/**
 * The outcome, or what went wrong. Bad parameters are answered at once; everything else is found out, in PVE, by the
 * task.
 */
function plan(work: () => Outcome): Outcome | Error {
    try {
        return work();
    } catch (error) {
        if (error instanceof ApiError && error.status === 500) return error;
        throw error;
    }
}

/** A new guest's configuration, with what PVE adds of its own. */
function created(pve: Proxmox, node: string, vmid: number, set: Record<string, string>): Outcome {
    const outcome = changed({ vmid, config: {}, volumes: {} }, set, [], pve.storages.on(node));
    const { config } = outcome;
    config.boot ??= defaultBootOrder(config);
    config.meta = `creation-qemu=10.0.2,ctime=${Math.floor(Date.now() / 1000)}`;
    config.smbios1 ??= `uuid=${randomUUID()}`;
    config.vmgenid ??= randomUUID();
    if (config.template === 0) delete config.template;
    return outcome;
}

function resize(guest: Guest, key: string, wanted: string): void {
    const value = guest.config[key];
    if (value === undefined) throw refused(`disk '${key}' does not exist`);
    const drive = parseDrive(String(value));
    const volume = guest.volumes[drive.file];
    if (volume === undefined) throw refused(`cannot resize unknown volume '${drive.file}'`);
    const size = parseSize(wanted.replace(/^\+/, ""));
    if (size === undefined) throw new Error(`The schema lets a size ${wanted} pass.`);
    const bytes = wanted.startsWith("+") ? volume.size + size : size;
    if (bytes < volume.size) throw refused("shrinking disks is not supported");
    volume.size = bytes;
    guest.config[key] = formatDrive(drive, bytes);
}
