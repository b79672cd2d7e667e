/**
 * What makes a healthy host look dead: processors that others use, and a machine that stands still, as in a snapshot or
 * a live migration.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { cgroupName, createCgroup, destroyCgroup } from "../../lab/cgroups";
import type { LabInstance } from "../../lab/instance";
import { processesOf, signalAll } from "../failover/enter";

/**
 * Keeps that many processes busy for so many seconds, in a group of their own, so that none outlives this program's
 * clean-up.
 */
export async function keepBusy(instance: LabInstance, processes: number, seconds: number): Promise<void> {
    const group = cgroupName(instance.name, "load");
    const files = await createCgroup(group);
    const enter = files.map((file) => `echo $$ > ${file}`).join("; ");
    try {
        await Promise.all(
            Array.from({ length: processes }, async () => {
                const load = spawn("timeout", [String(seconds), "sh", "-c", `${enter}; while :; do :; done`], {
                    stdio: "ignore",
                });
                await once(load, "exit");
            }),
        );
    } finally {
        await destroyCgroup(group);
    }
}

/** Stops every process of the machine and lets them go on. The kernel's part of its network goes on all the while. */
export async function freeze(instance: LabInstance, vmid: number, milliseconds: number): Promise<void> {
    const stop = async (): Promise<void> => signalAll(await processesOf(instance, vmid), "SIGSTOP");
    try {
        await stop();
        // Once more for what was started meanwhile.
        await stop();
        await sleep(milliseconds);
    } finally {
        signalAll(await processesOf(instance, vmid), "SIGCONT");
    }
}
