/** A new guest from an existing one. While the disks are copied the new guest is there already, but locked. */
import { randomUUID } from "node:crypto";
import { forBridge } from "../access/configuration";
import { and, given, on, or } from "../access/checks";
import { VM } from "../access/objects";
import { type Api, type Call, type Proxmox } from "../api";
import { formatDrive, isCloudInit, isDisk, isDriveKey, parseDrive } from "../config/drives";
import { isNetworkKey, withNewMac } from "../config/network";
import { freeVolume } from "../config/normalise";
import { normaliseOption } from "../config/options";
import { messageOf, refused } from "../errors";
import { discard, guestOf } from "../guests";
import { assertNode } from "../nodes";
import { type Guest } from "../state";
import { usesLocalStorage } from "../storages";

const mayClone = and(
    on(VM, "VM.Clone"),
    or(on("/vms/{newid}", "VM.Allocate"), given("pool", on("/pool/{pool}", "VM.Allocate"))),
);

export function cloneRoutes(api: Api, pve: Proxmox): void {
    const { store, tasks, locks } = pve;

    api.post("/nodes/:node/qemu/:vmid/clone", mayClone, (call) => {
        const source = guestOf(pve, call);
        const vmid = call.input.vmid("newid");
        const target = assertNode(call.input.text("target") ?? source.node);
        requireForClone(call, source);
        if (source.lock !== undefined) throw refused(`VM is locked (${source.lock})`);
        if (store.guest(vmid) !== undefined) throw refused(`unable to create VM ${vmid}: config file already exists`);
        if (target !== source.node && usesLocalStorage(source.config)) {
            throw refused(`can't clone VM to node '${target}' (VM uses local storage)`);
        }
        const guest = cloneOf(pve, source, vmid, target, call);
        store.add(guest);
        return tasks.start({ node: source.node, type: "qmclone", id: String(source.vmid), user: call.user }, (log) =>
            locks.run(vmid, async () => {
                try {
                    for (const [volid, { size }] of Object.entries(guest.volumes)) {
                        log.line(`create full clone of drive (${volid}): ${size} bytes`);
                    }
                    // A forgotten disk of that id must not pass for the clone.
                    await pve.hypervisor.removeDisk(vmid);
                    if (Object.values(guest.volumes).some(({ system }) => system))
                        await pve.hypervisor.cloneDisk(source.vmid, vmid);
                } catch (error) {
                    await discard(pve, guest);
                    throw refused(`clone failed: ${messageOf(error)}`);
                }
                delete guest.lock;
                store.save();
            }),
        );
    });
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
function cloneOf(pve: Proxmox, source: Guest, vmid: number, node: string, call: Call): Guest {
    const storage = call.input.text("storage");
    const pool = call.input.text("pool");
    if (storage !== undefined) pve.storages.assertHoldsDisks(storage);
    if (pool !== undefined && !(pool in pve.store.state.pools)) throw refused(`pool '${pool}' does not exist`);

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
        else if (isDriveKey(key)) guest.config[key] = clonedDrive(guest, source, String(value), storage);
        else guest.config[key] = value;
    }
    const description = call.input.text("description");
    guest.config.name = normaliseOption(
        "name",
        call.input.text("name") ?? `Copy-of-VM-${source.config.name ?? source.vmid}`,
    );
    if (description !== undefined) guest.config.description = description;
    guest.config.smbios1 = `uuid=${randomUUID()}`;
    guest.config.vmgenid = randomUUID();
    return guest;
}

function clonedDrive(guest: Guest, source: Guest, value: string, storage: string | undefined): string {
    const drive = parseDrive(value);
    const volume = source.volumes[drive.file];
    // An empty CD drive, or an ISO image, is shared rather than copied.
    if (volume === undefined) return value;
    const where = storage ?? drive.file.split(":")[0] ?? "";
    const cloudInit = isCloudInit(drive.file);
    const file = cloudInit ? `${where}:vm-${guest.vmid}-cloudinit` : freeVolume(guest.vmid, where, guest.volumes);
    guest.volumes[file] = { ...volume };
    return formatDrive({ file, options: drive.options }, cloudInit ? undefined : volume.size);
}
