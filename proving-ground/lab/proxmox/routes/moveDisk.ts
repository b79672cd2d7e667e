/** A disk of a guest, running or not, is put on another storage. */
import { on } from "../access/checks";
import { rootAlone } from "../access/configuration";
import { VM } from "../access/objects";
import { type Api, type Proxmox } from "../api";
import { isDisk, parseDrive } from "../config/drives";
import { formatOf, keepUnused, moveVolume } from "../config/volumes";
import { ApiError, badParameters, refused } from "../errors";
import { assertUnlocked, guestOf, guestOn } from "../guests";
import { assertUnchanged } from "./configuration";

export function moveDiskRoutes(api: Api, pve: Proxmox): void {
    api.post("/nodes/:node/qemu/:vmid/move_disk", on(VM, "VM.Config.Disk"), (call) => {
        const { vmid, node } = guestOf(pve, call);
        const { input } = call;
        rootAlone(call, "skiplock");
        if (input.text("target-vmid") !== undefined)
            throw new ApiError(501, "The lab does not give a disk to another guest");
        const key = input.required("disk");
        const storage = input.text("storage");
        if (storage === undefined) throw badParameters({ storage: "please specify either 'storage' or 'target-vmid'" });
        call.caller.require(on(`/storage/${storage}`, "Datastore.AllocateSpace"));
        pve.storages.assertHoldsDisks(storage);
        const format = input.text("format");
        return pve.locks.run(vmid, () => {
            const guest = guestOn(pve, node, vmid);
            assertUnlocked(guest);
            assertUnchanged(call, guest);
            const line = guest.config[key];
            if (line === undefined) throw refused(`disk '${key}' does not exist`);
            const drive = parseDrive(String(line));
            if (!isDisk(drive)) throw refused("you can't move a cdrom");
            const [before = "", kept] = [drive.file.split(":")[0], formatOf(drive.file)];
            if (before === storage && (format === undefined || format === kept))
                throw refused("you can't move to the same storage with same format");
            return pve.tasks.start({ node, type: "qmmove", id: String(vmid), user: call.user }, (log) =>
                pve.locks.run(vmid, () => {
                    const { file, volume } = moveVolume(guest, key, storage, pve.storages, format);
                    log.line(`create full clone of drive ${key} (${file})`);
                    if (!input.flag("delete")) {
                        keepUnused(guest.config, file);
                        guest.volumes[file] = { ...volume, system: false };
                    }
                    pve.store.save();
                }),
            );
        });
    });
}
