/**
 * VMs that were only half made. The provider notes a clone only when it is where it belongs; one that was cut off
 * before (a refusal, a migration that failed, a run that was killed) is in no state. It is found here, by the mark it
 * got when it was made, and removed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { task, taskStatus } from "../../proxmox/answers";
import type { ProxmoxApi } from "./api";
import { type Config, type Guest, hasAddress, isOurs, type Wanted } from "./guests";

const POLL_MILLISECONDS = 500;
/** To remove a VM takes seconds, on a slow storage minutes. */
const PATIENCE_MILLISECONDS = 15 * 60_000;

/** Throws where Proxmox is still making it, or died at it: until its disk is there it has a lock and no name. */
export function assertMade({ vmid, node, lock }: Guest, { name }: Config): void {
    if (lock === undefined || name !== undefined) return;
    throw new Error(
        `the VM ${vmid} on ${node} is half made (its lock: ${lock}). Run this again when the task that makes it has ` +
            "ended. Where no task works on it any more, remove it on that node, then run this again: " +
            `qm unlock ${vmid} && qm destroy ${vmid}`,
    );
}

/** Whether it is a clone of this stack that was never given its settings, let alone started. */
export function isCutOff(wanted: Wanted, config: Config): boolean {
    return wanted.machine.source.kind === "template" && isOurs(config, wanted) && !hasAddress(config, wanted);
}

/** Removes it, unless Proxmox is at work on it. */
export async function removeCutOff(
    api: ProxmoxApi,
    { name }: Wanted,
    { vmid, node, lock }: Guest,
    log: (text: string) => void,
): Promise<void> {
    const which = `the VM ${vmid} on ${node}, which an earlier run cloned and was cut off before it gave it its settings,`;
    if (lock !== undefined)
        throw new Error(
            `${which} is still being worked on by Proxmox (${lock}). Run this again when that has ended. Where no ` +
                `task works on it any more, first: qm unlock ${vmid} on ${node}.`,
        );
    await ended(
        api,
        await api.call("DELETE", `/nodes/${node}/qemu/${vmid}?purge=1&destroy-unreferenced-disks=1`, task),
        which,
    );
    log(
        `${name}: ${which} was removed; it is made again. (Should the provider still ask for it, run this ` +
            "again with --refresh.)",
    );
}

async function ended(api: ProxmoxApi, upid: string, which: string): Promise<void> {
    const node = upid.split(":")[1] ?? "";
    const deadline = Date.now() + PATIENCE_MILLISECONDS;
    for (;;) {
        const { status, exitstatus } = await api.call(
            "GET",
            `/nodes/${node}/tasks/${encodeURIComponent(upid)}/status`,
            taskStatus,
        );
        if (status !== "running" && exitstatus !== "OK")
            throw new Error(`${which} could not be removed: ${exitstatus ?? status}`);
        if (status !== "running") return;
        if (Date.now() > deadline)
            throw new Error(
                `${which} is still being removed by Proxmox. Run this again when its task has ended: ${upid}`,
            );
        await sleep(POLL_MILLISECONDS);
    }
}
