/** Start, stop, shutdown and reboot, each as a task. */
import { on } from "../access/checks";
import { VM } from "../access/objects";
import { type Api, type Call, type Proxmox } from "../api";
import { refused } from "../errors";
import { assertUnlocked, guestOf, guestOn } from "../guests";
import { powerOn, shutDown } from "../power";
import { type Guest } from "../state";
import { type TaskLog } from "../tasks";

/** PVE's own patience with a guest that is asked to shut down. */
const SHUTDOWN_SECONDS = 60;

export function powerRoutes(api: Api, pve: Proxmox): void {
    /**
     * Registers one of the four; the guest is looked up once for the answer and once more when the task's turn has
     * come.
     */
    function power(action: string, work: (guest: Guest, call: Call, log: TaskLog) => Promise<void>): void {
        api.post(`/nodes/:node/qemu/:vmid/status/${action}`, on(VM, "VM.PowerMgmt"), (call) => {
            const { vmid, node } = guestOf(pve, call);
            return pve.tasks.start({ node, type: `qm${action}`, id: String(vmid), user: call.user }, (log) =>
                pve.locks.run(vmid, () => work(guestOn(pve, node, vmid), call, log)),
            );
        });
    }

    power("start", (guest, _call, log) => powerOn(pve, guest, log));

    power("stop", async (guest) => {
        assertUnlocked(guest);
        await pve.hypervisor.stop(guest.vmid);
    });

    power("shutdown", (guest, call) =>
        shutDown(pve, guest, call.input.integer("timeout") ?? SHUTDOWN_SECONDS, call.input.flag("forceStop")),
    );

    power("reboot", async (guest, call, log) => {
        if (!(await pve.hypervisor.isRunning(guest.vmid))) throw refused(`VM ${guest.vmid} is not running`);
        await shutDown(pve, guest, call.input.integer("timeout") ?? SHUTDOWN_SECONDS, false);
        await powerOn(pve, guest, log);
    });
}
