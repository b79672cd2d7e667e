/** Guests: list, create, read and change the configuration, resize a disk, delete. */
import { randomUUID } from "node:crypto";
import { mayMake, requireForOptions } from "../access/configuration";
import { everybody, on } from "../access/checks";
import { anyConfiguration, VM } from "../access/objects";
import { type Api, type Proxmox } from "../api";
import { parseDrive, formatDrive } from "../config/drives";
import { changed, defaultBootOrder, type Outcome, shownConfig } from "../config/normalise";
import { parseSize } from "../config/sizes";
import { ApiError, badParameters, messageOf, refused } from "../errors";
import { adopt, agentEnabled, assertUnlocked, discard, guestOf, guestOn, summary, visibleGuests } from "../guests";
import { assertNode } from "../nodes";
import { powerOn } from "../power";
import { type Guest } from "../state";

/** Parameters of POST and PUT that are about the call, not the guest. */
const CALL_PARAMETERS = [
    "delete",
    "digest",
    "force",
    "revert",
    "skiplock",
    "background_delay",
    "bwlimit",
    "import-working-storage",
];
const CREATE_PARAMETERS = ["vmid", "node", "pool", "start", "storage", "unique", "live-restore", "archive"];

export function qemuRoutes(api: Api, pve: Proxmox): void {
    const { store, tasks, locks } = pve;

    api.get("/nodes/:node/qemu", everybody, async (call) => {
        const node = assertNode(call.path("node"));
        return Promise.all(
            visibleGuests(pve, call)
                .filter((guest) => guest.node === node)
                .map((guest) => summary(pve, guest)),
        );
    });

    api.post("/nodes/:node/qemu", everybody, (call) => {
        const node = assertNode(call.path("node"));
        const vmid = call.input.vmid("vmid");
        const pool = call.input.text("pool");
        const start = call.input.flag("start");
        const set = call.input.without(...CALL_PARAMETERS, ...CREATE_PARAMETERS);
        call.caller.require(mayMake(vmid, pool));
        requireForOptions(
            call.caller,
            vmid,
            pool,
            Object.entries(set).map(([key, after]) => ({ key, after })),
        );
        const taken = store.guest(vmid);
        // To the letter: the provider takes "already exists" on a retry for success, a hazard the lab must show as PVE
        // does.
        if (taken !== undefined)
            throw refused(`unable to create VM ${vmid} - VM ${vmid} already exists on node '${taken.node}'`);
        if (pool !== undefined && !(pool in store.state.pools)) throw refused(`pool '${pool}' does not exist`);
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

    api.get("/nodes/:node/qemu/:vmid/config", on(VM, "VM.Audit"), (call) => shownConfig(guestOf(pve, call)));

    api.put("/nodes/:node/qemu/:vmid/config", anyConfiguration, (call) => {
        const { vmid, node } = guestOf(pve, call);
        return locks.run(vmid, async () => {
            const guest = guestOn(pve, node, vmid);
            assertUnlocked(guest);
            const remove = (call.input.text("delete") ?? "").split(/[,;\s]+/).filter((key) => key !== "");
            const set = call.input.without(...CALL_PARAMETERS);
            const changes = [...remove.map((key): [string, string?] => [key]), ...Object.entries(set)];
            requireForOptions(
                call.caller,
                vmid,
                guest.pool,
                changes.map(([key, after]) => {
                    const before = guest.config[key];
                    return {
                        key,
                        ...(before === undefined ? {} : { before: String(before) }),
                        ...(after === undefined ? {} : { after }),
                    };
                }),
            );
            await adopt(pve, guest, changed(guest, set, remove, pve.storages.on(node)));
        });
    });

    // What the cloud-init drive says is read at the next start anyway.
    api.put("/nodes/:node/qemu/:vmid/cloudinit", on(VM, "VM.Config.Cloudinit"), (call) => void guestOf(pve, call));

    api.put("/nodes/:node/qemu/:vmid/resize", on(VM, "VM.Config.Disk"), (call) => {
        const { vmid, node, config } = guestOf(pve, call);
        const key = call.input.required("disk");
        const wanted = call.input.required("size");
        const storage = parseDrive(String(config[key] ?? "none")).file.split(":")[0];
        if (storage !== "none") call.caller.require(on(`/storage/${storage}`, "Datastore.AllocateSpace"));
        return tasks.start({ node, type: "resize", id: String(vmid), user: call.user }, () =>
            locks.run(vmid, () => {
                const guest = guestOn(pve, node, vmid);
                assertUnlocked(guest);
                resize(guest, key, wanted);
                store.save();
            }),
        );
    });

    api.get("/nodes/:node/qemu/:vmid/status/current", on(VM, "VM.Audit"), async (call) => {
        const guest = guestOf(pve, call);
        const shown = await summary(pve, guest);
        return { ...shown, qmpstatus: shown.status, ha: { managed: 0 }, ...(agentEnabled(guest) ? { agent: 1 } : {}) };
    });

    api.delete("/nodes/:node/qemu/:vmid", on(VM, "VM.Allocate"), async (call) => {
        const { vmid, node, config } = guestOf(pve, call);
        if (config.protection === 1) throw refused(`can't remove VM ${vmid} - protection mode enabled`);
        const assertStopped = async (): Promise<void> => {
            if (await pve.hypervisor.isRunning(vmid)) throw refused(`VM ${vmid} is running - destroy failed`);
        };
        await assertStopped();
        return tasks.start({ node, type: "qmdestroy", id: String(vmid), user: call.user }, () =>
            locks.run(vmid, async () => {
                const guest = guestOn(pve, node, vmid);
                assertUnlocked(guest);
                await assertStopped();
                guest.lock = "destroyed";
                store.save();
                await discard(pve, guest);
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
    if (size === undefined) throw badParameters({ size: "value does not match the regex pattern" });
    const bytes = wanted.startsWith("+") ? volume.size + size : size;
    if (bytes < volume.size) throw refused("shrinking disks is not supported");
    volume.size = bytes;
    guest.config[key] = formatDrive(drive, bytes);
}
