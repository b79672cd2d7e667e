/** A guest's configuration: read, changed, and written to its cloud-init drive. */
import { requireForOptions, rootAlone } from "../access/configuration";
import { on } from "../access/checks";
import { anyConfiguration, VM } from "../access/objects";
import { type Api, type Call, type Proxmox } from "../api";
import { assertDrives, assertStorages } from "../config/driveRules";
import { changed, digestOf, shownConfig } from "../config/normalise";
import { isOption } from "../config/options";
import { assertTags } from "../datacenter";
import { badParameters, refused } from "../errors";
import { adopt, assertUnlocked, guestOf, guestOn } from "../guests";
import { splitList } from "../schema/format";
import { INTERNAL } from "../schema/options";
import { assertSshKeys } from "../sshKeys";
import { type Guest } from "../state";

export function configurationRoutes(api: Api, pve: Proxmox): void {
    api.get("/nodes/:node/qemu/:vmid/config", on(VM, "VM.Audit"), (call) => shownConfig(guestOf(pve, call)));

    api.put("/nodes/:node/qemu/:vmid/config", anyConfiguration, (call) => {
        const { vmid, node } = guestOf(pve, call);
        rootAlone(call, "skiplock");
        const set = optionsIn(call);
        const remove = splitList(call.input.text("delete") ?? "").map((key) => (key === "cdrom" ? "ide2" : key));
        assertRemovable(remove, set);
        if (remove.length === 0 && Object.keys(set).length === 0 && call.input.text("revert") === undefined)
            throw refused("no options specified");
        assertSshKeys(set.sshkeys);
        assertDrives(set);
        return pve.locks.run(vmid, async () => {
            const guest = guestOn(pve, node, vmid);
            requireForChange(call, guest, set, remove);
            if (set.tags !== undefined || remove.includes("tags"))
                assertTags(pve, call, String(guest.config.tags ?? ""), set.tags ?? "");
            assertStorages(set, (storage) => pve.storages.assertHoldsDisks(storage));
            assertUnchanged(call, guest);
            if (!call.input.flag("skiplock")) assertUnlocked(guest);
            const { lock, ...options } = set;
            await adopt(pve, guest, changed(guest, options, remove, pve.storages.on(node)));
            if (lock !== undefined || remove.includes("lock")) guest.lock = lock;
            pve.store.save();
        });
    });

    // What the cloud-init drive says is read at the next start anyway.
    api.put("/nodes/:node/qemu/:vmid/cloudinit", on(VM, "VM.Config.Cloudinit"), (call) => {
        const guest = guestOf(pve, call);
        assertUnlocked(guest);
        pve.health.assertWritable(guest.node, guest.vmid);
    });
}

/** Where a call says which configuration it has read, it must be the one there is. */
export function assertUnchanged({ input }: Call, guest: Guest): void {
    const digest = input.text("digest");
    if (digest !== undefined && digest !== digestOf(guest))
        throw refused("checksum mismatch (file change by other user?)");
}

/** The options that a call sets; `cdrom` is another name of ide2. */
export function optionsIn({ input }: Call): Record<string, string> {
    const { cdrom, ...set } = input.only(isOption);
    if (cdrom === undefined) return set;
    if (set.ide2 !== undefined) throw badParameters({ cdrom: "option conflicts with 'ide2'" });
    return { ...set, ide2: cdrom };
}

/**
 * Options that are not there are ignored, since the provider removes net1 to net31 without looking; unknown ones are
 * not.
 */
function assertRemovable(remove: string[], set: Record<string, string>): void {
    for (const key of remove) {
        if (key in set) throw badParameters({ delete: `you can't use '-${key}' and -delete ${key}' at the same time` });
        if (!isOption(key) && !INTERNAL.includes(key)) throw badParameters({ delete: `unknown option '${key}'` });
    }
}

function requireForChange(
    { caller }: Call,
    { vmid, pool, config }: Guest,
    set: Record<string, string>,
    remove: string[],
): void {
    const changes = [...remove.map((key): [string, string?] => [key]), ...Object.entries(set)];
    requireForOptions(
        caller,
        vmid,
        pool,
        changes.map(([key, after]) => {
            const before = config[key];
            return {
                key,
                ...(before === undefined ? {} : { before: String(before) }),
                ...(after === undefined ? {} : { after }),
            };
        }),
    );
}
