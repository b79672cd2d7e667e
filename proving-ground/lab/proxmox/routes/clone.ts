/** A new guest from an existing one. While the disks are copied the new guest is there already, but locked. */
import { randomUUID } from "node:crypto";
import { forBridge } from "../access/configuration";
import { and, given, on, or } from "../access/checks";
import { VM } from "../access/objects";
import { type Api, type Call, type Proxmox } from "../api";
import { formatDrive, isDisk, isDriveKey, parseDrive } from "../config/drives";
import { isNetworkKey, withNewMac } from "../config/network";
import { copied } from "../config/volumes";
import { normaliseOption } from "../config/options";
import { messageOf, refused } from "../errors";
import { assertPool, discard, guestOf } from "../guests";
import { WorkerDied } from "../health";
import { assertClusterNode } from "../nodes";
import { type Guest } from "../state";

const mayClone = and(
    on(VM, "VM.Clone"),
    or(on("/vms/{newid}", "VM.Allocate"), given("pool", on("/pool/{pool}", "VM.Allocate"))),
);

export function cloneRoutes(api: Api, pve: Proxmox): void {
    const { store, tasks, locks, storages } = pve;

    api.post("/nodes/:node/qemu/:vmid/clone", mayClone, (call) => {
        pve.health.assertQuorum();
        const source = guestOf(pve, call);
        const vmid = Number(call.input.required("newid"));
        const target = call.input.text("target") ?? source.node;
        const pool = call.input.text("pool");
        if (pool !== undefined) assertPool(pve, pool);
        assertClusterNode(target);
        const storage = call.input.text("storage");
        if (storage !== undefined) {
            storages.assertHoldsDisks(storage);
            if (target !== source.node && !storages.isShared(storage))
                throw refused(`can't clone to non-shared storage '${storage}'`);
        }
        if (source.lock !== undefined) throw refused(`VM is locked (${source.lock})`);
        assertFull(call, source);
        requireForClone(call, source);
        if (target !== source.node && storages.holdsLocally(source.config)) {
            throw refused(`can't clone VM to node '${target}' (VM uses local storage)`);
        }
        if (store.guest(vmid) !== undefined) throw refused(`unable to create VM ${vmid}: config file already exists`);
        const guest = cloneOf(pve, source, vmid, target, call);
        const { config } = guest;
        const task = { node: source.node, type: "qmclone", id: String(source.vmid), user: call.user };
        // A container's id is found out by the file system, which the task is the first to ask.
        if (vmid in store.state.containers) {
            const file = `/etc/pve/nodes/${source.node}/qemu-server/${vmid}.conf`;
            return tasks.start(task, () =>
                Promise.reject(refused(`close (rename) atomic file '${file}' failed: File exists`)),
            );
        }
        // Until the first disk is copied the new guest has a lock, and neither name nor description.
        guest.config = {};
        store.add(guest);
        return tasks.start(task, (log) =>
            locks.run(vmid, async () => {
                try {
                    for (const [volid, { size }] of Object.entries(guest.volumes)) {
                        log.line(`create full clone of drive (${volid}): ${size} bytes`);
                    }
                    pve.health.assertWorks("qmclone");
                    // A forgotten disk of that id must not pass for the clone.
                    await pve.hypervisor.removeDisk(vmid);
                    if (Object.values(guest.volumes).some(({ system }) => system))
                        await pve.hypervisor.cloneDisk(source.vmid, vmid);
                } catch (error) {
                    if (error instanceof WorkerDied) throw error;
                    await discard(pve, guest);
                    throw refused(`clone failed: ${messageOf(error)}`);
                }
                guest.config = config;
                delete guest.lock;
                store.save();
            }),
        );
    });
}

/** A linked clone's disks are where the template's are, and in its format. */
function assertFull({ input }: Call, { config }: Guest): void {
    if (input.flag("full", config.template !== 1)) return;
    for (const name of ["storage", "format"])
        if (input.text(name) !== undefined) throw refused(`parameter '${name}' not allowed for linked clones`);
}

/** Room for the copies of the disks, and the bridges that the clone's NICs will be on. */
function requireForClone({ caller, input }: Call, source: Guest): void {
    for (const [key, value] of Object.entries(source.config)) {
        if (isNetworkKey(key)) caller.require(forBridge(String(value)));
        if (!isDriveKey(key)) continue;
        const drive = parseDrive(String(value));
        if (drive.file === "cdrom") caller.require(on("/", "Sys.Console"));
        else if (isDisk(drive))
            caller.require(
                on(`/storage/${input.text("storage") ?? drive.file.split(":")[0]}`, "Datastore.AllocateSpace"),
            );
    }
}

/** The new guest: everything of the source, but volumes, addresses and identity of its own, and no template. */
function cloneOf({ storages }: Proxmox, source: Guest, vmid: number, node: string, call: Call): Guest {
    const storage = call.input.text("storage");
    const pool = call.input.text("pool");

    const guest: Guest = {
        vmid,
        node,
        config: {},
        volumes: {},
        lock: "clone",
        ...(pool === undefined ? {} : { pool }),
    };
    for (const [key, value] of Object.entries(source.config)) {
        if (key === "template" || key.startsWith("unused")) continue;
        if (isNetworkKey(key)) guest.config[key] = withNewMac(String(value));
        else if (isDriveKey(key))
            guest.config[key] = clonedDrive(guest, source, String(value), (file) =>
                copied(guest, file, storage ?? file.split(":")[0]!, storages, call.input.text("format")),
            );
        else guest.config[key] = value;
    }
    const description = call.input.text("description");
    guest.config.name = normaliseOption(
        "name",
        call.input.text("name") ?? `Copy-of-VM-${source.config.name ?? source.vmid}`,
    );
    if (description !== undefined) guest.config.description = description;
    if (source.firewall !== undefined) guest.firewall = structuredClone(source.firewall);
    guest.config.smbios1 = `uuid=${randomUUID()}`;
    if (source.config.vmgenid !== undefined) guest.config.vmgenid = randomUUID();
    return guest;
}

function clonedDrive(guest: Guest, source: Guest, value: string, copyOf: (file: string) => string): string {
    const drive = parseDrive(value);
    const volume = source.volumes[drive.file];
    // An empty CD drive, or an ISO image, is shared rather than copied.
    if (volume === undefined) return value;
    const file = copyOf(drive.file);
    guest.volumes[file] = { ...volume };
    return formatDrive({ file, options: drive.options }, volume.size);
}
