/** Power on and off, shared by the calls that do only that and those that need it on the way. */
import { setTimeout as delay } from "node:timers/promises";
import { type Proxmox } from "./api";
import { machineSpec, snippetsOf } from "./cloudInit";
import { messageOf, refused } from "./errors";
import { filter } from "./firewall";
import { agentAnswers, agentEnabled, assertUnlocked, startsWith } from "./guests";
import { NODE_CPUS } from "./nodes";
import { type Guest } from "./state";
import { type TaskLog } from "./tasks";

/**
 * How much longer a guest may take after the call that asked it has given up. A hypervisor powers off by force in the
 * end; by then systemd in the guest has long killed whatever it waits for (after 90 s) and powered off by itself.
 */
const LINGER_SECONDS = 120;

export async function powerOn(pve: Proxmox, guest: Guest, log: TaskLog): Promise<void> {
    assertUnlocked(guest);
    if (guest.config.template === 1) throw refused("you can't start a vm if it's a template");
    if (await pve.hypervisor.isRunning(guest.vmid)) throw refused(`VM ${guest.vmid} already running`);
    log.line("generating cloud-init ISO");
    const missing = snippetsOf(guest).find((volume) => !pve.storages.on(guest.node).hasFile(volume));
    if (missing !== undefined) throw refused(`volume '${missing}' does not exist`);
    const spec = machineSpec(guest, log);
    if (spec.cores > NODE_CPUS) throw refused(`MAX ${NODE_CPUS} vcpus allowed per VM on this node`);
    try {
        pve.health.assertWorks("qmstart");
        await filter(pve, guest);
        await pve.hypervisor.start(spec);
    } catch (error) {
        throw refused(`start failed: ${messageOf(error)}`);
    }
    guest.started = startsWith(guest);
    pve.store.save();
}

/** How long an agent has to answer before the guest is asked by ACPI instead. */
const AGENT_SECONDS = 3;

/**
 * Asks the guest to power off, through its agent or by ACPI (to the machines of the lab that is the same). When it has
 * not by then it is powered off by force; or, without `force`, the task fails, and the guest may still do it later.
 */
export async function shutDown(pve: Proxmox, guest: Guest, timeoutSeconds: number, force: boolean): Promise<void> {
    assertUnlocked(guest);
    if (!(await pve.hypervisor.isRunning(guest.vmid))) return;
    pve.health.assertWorks("qmshutdown");
    if (agentEnabled(guest) && !(await agentAnswers(pve, guest)))
        await delay(Math.min(AGENT_SECONDS, timeoutSeconds) * 1000);
    if (force) return pve.hypervisor.shutdown(guest.vmid, timeoutSeconds);
    const stop = new AbortController();
    const asked = pve.hypervisor.shutdown(guest.vmid, timeoutSeconds + LINGER_SECONDS).then(() => true);
    const tooLong = delay(timeoutSeconds * 1000, false, { signal: stop.signal }).catch(() => false);
    try {
        if (!(await Promise.race([asked, tooLong]))) throw refused("VM quit/powerdown failed - got timeout");
    } finally {
        stop.abort();
        asked.catch((error: unknown) => pve.log(`shutdown of ${guest.vmid} failed: ${messageOf(error)}`));
    }
}
