/**
 * Moving a guest to the other node. The lab has one hypervisor behind both nodes, so only the books change; the rules
 * are PVE's.
 */
import { on } from "../access/checks";
import { rootAlone } from "../access/configuration";
import { VM } from "../access/objects";
import { type Api, type Proxmox } from "../api";
import { drivesOf } from "../config/drives";
import { badParameters, refused } from "../errors";
import { assertUnlocked, guestOf, guestOn } from "../guests";
import { WorkerDied } from "../health";
import { managed, requested } from "../highAvailability";
import { assertClusterNode } from "../nodes";
import { splitList } from "../schema/format";
import { moveVolume } from "../config/volumes";

export function migrateRoutes(api: Api, pve: Proxmox): void {
    api.post("/nodes/:node/qemu/:vmid/migrate", on(VM, "VM.Migrate"), async (call) => {
        const target = call.input.required("target");
        if (target === call.path("node")) throw badParameters({ target: "target is local node." });
        pve.health.assertQuorum();
        assertClusterNode(target);
        rootAlone(call, "force", "migration_type", "migration_network");
        const wanted = guestOf(pve, call);
        const { vmid, node, config, lock } = wanted;
        if (lock !== undefined) throw refused(`VM is locked (${lock})`);
        const running = await pve.hypervisor.isRunning(vmid);
        if (running && !call.input.flag("online")) throw refused("can't migrate running VM without --online");
        const storage = call.input.text("targetstorage");
        if (storage !== undefined && storage !== "1") {
            call.caller.require(on("/vms/{vmid}", "VM.Config.Disk"));
            for (const [, to] of splitList(storage).map((pair) => /^(?:[^:]+:)?([^:]+)$/.exec(pair) ?? [])) {
                call.caller.require(on(`/storage/${to ?? ""}`, "Datastore.AllocateSpace"));
                pve.storages.assertHoldsDisks(to ?? "");
            }
        }
        const withLocalDisks = call.input.flag("with-local-disks");

        const move = (): string =>
            pve.tasks.start({ node, type: "qmigrate", id: String(vmid), user: call.user }, (log) =>
                pve.locks.run(vmid, () => {
                    const guest = guestOn(pve, node, vmid);
                    assertUnlocked(guest);
                    if (!pve.health.isOn(target))
                        throw refused("Can't connect to destination address using public key");
                    const drives = drivesOf(config);
                    if (drives.some(([, { file }]) => file === "cdrom"))
                        throw refused("can't migrate local cdrom drive 'cdrom'");
                    if (running && !withLocalDisks && pve.storages.holdsLocally(config)) {
                        throw refused("can't live migrate attached local disks without with-local-disks option");
                    }
                    guest.lock = "migrate";
                    pve.store.save();
                    try {
                        pve.health.assertWorks("qmigrate");
                    } catch (error) {
                        if (!(error instanceof WorkerDied)) delete guest.lock;
                        throw error;
                    }
                    for (const [key, { file }] of drives) {
                        const own = file.split(":")[0]!;
                        if (!(file in guest.volumes) || pve.storages.isShared(own)) continue;
                        log.line(`copying local disk '${file}' (${key})`);
                        const to = storage === undefined || storage.includes(":") || storage === "1" ? own : storage;
                        if (to !== own) moveVolume(guest, key, to, pve.storages);
                    }
                    guest.node = target;
                    delete guest.lock;
                    pve.store.save();
                    log.line("migration finished successfully");
                }),
            );
        return managed(pve, vmid) === undefined
            ? move()
            : requested(pve, wanted, { type: "hamigrate", user: call.user }, move);
    });
}
