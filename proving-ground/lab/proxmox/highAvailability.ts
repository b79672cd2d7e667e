/**
 * The cluster's manager of high availability: what it was told of guests, and what it does about it, some time later.
 * It starts and stops guests; none fails here, so that it never moves one by itself.
 */
import { type Proxmox } from "./api";
import { powerOn, shutDown } from "./power";
import { type Guest, type HaResource } from "./state";

/** How long the manager takes to notice what it is told. Proxmox' goes round every ten seconds. */
const ROUND_MILLISECONDS = 1500;
const SHUTDOWN_SECONDS = 60;

export const sidOf = (vmid: number): string => `vm:${vmid}`;
export const vmidOf = (sid: string): number => Number(sid.replace("vm:", ""));

/** Its resource; one that is ignored is as if it were not managed. */
export function managed({ store }: Proxmox, vmid: number): HaResource | undefined {
    const resource = store.state.ha.resources[sidOf(vmid)];
    return resource?.state === "ignored" ? undefined : resource;
}

/** Whether the manager has seen it. */
export function isTakenUp({ since }: HaResource): boolean {
    return Date.now() - since >= ROUND_MILLISECONDS;
}

/** A call that is only passed on to the manager: a task that ends at once. `work` follows some time later. */
export function requested(
    pve: Proxmox,
    { node, vmid }: Guest,
    { type, user }: { type: string; user: string },
    work: () => unknown,
): string {
    setTimeout(() => void work(), ROUND_MILLISECONDS).unref();
    return pve.tasks.start({ node, type, id: String(vmid), user }, (log) => {
        log.line(`Requesting HA ${type.replace("ha", "")} for VM ${vmid}`);
        return Promise.resolve();
    });
}

/** Starts or stops a guest that is not as its resource says by then. */
export function settle(pve: Proxmox, vmid: number, seconds = SHUTDOWN_SECONDS): void {
    setTimeout(() => void carryOut(pve, vmid, seconds), ROUND_MILLISECONDS).unref();
}

/** What the state of its resource asks for now. */
export async function carryOut(pve: Proxmox, vmid: number, seconds = SHUTDOWN_SECONDS): Promise<void> {
    const [guest, resource] = [pve.store.guest(vmid), managed(pve, vmid)];
    if (guest === undefined || resource === undefined) return;
    const wanted = ["started", "enabled"].includes(resource.state ?? "started");
    if (wanted === (await pve.hypervisor.isRunning(vmid))) return;
    const task = { node: guest.node, type: wanted ? "qmstart" : "qmshutdown", id: String(vmid), user: "root@pam" };
    pve.tasks.start(task, (log) =>
        pve.locks.run(vmid, () => {
            if (wanted) return powerOn(pve, guest, log);
            return seconds === 0 ? pve.hypervisor.stop(vmid) : shutDown(pve, guest, seconds, true);
        }),
    );
}

/** A resource that is no more is in no rule either; a rule without any goes with the last. */
export function forgetResource({ store }: Proxmox, sid: string, fromRules = true): void {
    const { resources, rules } = store.state.ha;
    delete resources[sid];
    for (const [name, rule] of fromRules ? Object.entries(rules) : []) {
        rule.resources = rule.resources.filter((each) => each !== sid);
        if (rule.resources.length === 0) delete rules[name];
    }
    store.save();
}
