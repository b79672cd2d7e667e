/** Start, stop, shutdown and reboot, each as a task. */
import { on } from "../access/checks";
import { rootAlone } from "../access/configuration";
import { VM } from "../access/objects";
import { type Api, type Call, type Proxmox } from "../api";
import { refused } from "../errors";
import { assertUnlocked, guestOf, guestOn } from "../guests";
import { carryOut, managed, requested } from "../highAvailability";
import { powerOn, shutDown } from "../power";
import { type Guest } from "../state";
import { type TaskLog } from "../tasks";

/** PVE's own patience with a guest that is asked to shut down. */
const SHUTDOWN_SECONDS = 60;

/** Parameters of a start on the node that a running guest is moved to. */
const MIGRATION =
    "force-cpu migratedfrom migration_network migration_type nets-host-mtu stateuri targetstorage with-conntrack-state";

export function powerRoutes(api: Api, pve: Proxmox): void {
    /**
     * Registers one of the four, with the parameters that only root may use; the guest is looked up once for the answer
     * and once more when the task's turn has come.
     */
    function power(
        action: string,
        rootsAlone: string,
        work: (guest: Guest, call: Call, log: TaskLog) => Promise<void>,
        /** Whether a guest that does not run is refused before there is a task. */
        needsRunning = false,
    ): void {
        api.post(`/nodes/:node/qemu/:vmid/status/${action}`, on(VM, "VM.PowerMgmt"), async (call) => {
            rootAlone(call, ...rootsAlone.split(" "));
            if (action === "start") pve.health.assertQuorum();
            const { vmid, node } = guestOf(pve, call);
            const resource = managed(pve, vmid);
            if (resource !== undefined && action !== "reboot") {
                const type = action === "start" ? "hastart" : "hastop";
                resource.state = action === "start" ? "started" : "stopped";
                pve.store.save();
                const seconds = action === "stop" ? 0 : call.input.integer("timeout");
                return requested(pve, guestOn(pve, node, vmid), { type, user: call.user }, () =>
                    carryOut(pve, vmid, seconds),
                );
            }
            if (needsRunning && !(await pve.hypervisor.isRunning(vmid))) throw refused(`VM ${vmid} not running`);
            return pve.tasks.start({ node, type: `qm${action}`, id: String(vmid), user: call.user }, (log) =>
                pve.locks.run(vmid, () => work(guestOn(pve, node, vmid), call, log)),
            );
        });
    }

    power("start", `skiplock ${MIGRATION}`, (guest, _call, log) => powerOn(pve, guest, log));

    power("stop", "skiplock keepActive migratedfrom", async (guest) => {
        assertUnlocked(guest);
        await pve.hypervisor.stop(guest.vmid);
    });

    power("shutdown", "skiplock keepActive", (guest, call) =>
        shutDown(pve, guest, call.input.integer("timeout") ?? SHUTDOWN_SECONDS, call.input.flag("forceStop")),
    );

    power(
        "reboot",
        "",
        async (guest, call, log) => {
            await shutDown(pve, guest, call.input.integer("timeout") ?? SHUTDOWN_SECONDS, false);
            await powerOn(pve, guest, log);
        },
        true,
    );
}
