/**
 * Reaches into a machine from outside, without SSH: so that it costs every set-up the same, works while its network is
 * cut, and a fault strikes within a millisecond.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { cgroupProcesses } from "./cgroups";
import { readIfThere } from "./files";
import { machine } from "./hypervisor/machine";
import { initOf } from "./hypervisor/nspawn";
import type { LabInstance } from "./instance";
import { UserError } from "../../tools/run";

/** Runs a shell script as root in the machine and returns its standard output; fails when it does. */
export async function enter(instance: LabInstance, vmid: number, script: string, timeoutMs = 300_000): Promise<string> {
    const init = await initOf(instance, vmid);
    if (init === undefined) throw new UserError(`Machine ${vmid} does not run.`);
    const namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup"];
    try {
        const env = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };
        return (
            await promisify(execFile)("nsenter", ["--target", String(init), ...namespaces, "--", "sh", "-c", script], {
                timeout: timeoutMs,
                env,
            })
        ).stdout;
    } catch (error) {
        const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
        throw new UserError(`In machine ${vmid} this failed:\n${script.slice(0, 400)}\n${stdout}${stderr}`);
    }
}

/** A file of the machine, without running anything in it; undefined when there is none, or the machine is off. */
export async function fileOf(instance: LabInstance, vmid: number, path: string): Promise<string | undefined> {
    const init = await initOf(instance, vmid);
    return init === undefined ? undefined : readIfThere(`/proc/${init}/root${path}`);
}

/** Ids, on this machine, of the machine's processes of that name; without a name of all of them. */
export async function processesOf(instance: LabInstance, vmid: number, name?: string): Promise<number[]> {
    const pids = await cgroupProcesses(`${machine(instance, vmid).cgroup}/machine`);
    if (name === undefined) return pids;
    const names = await Promise.all(pids.map((pid) => readIfThere(`/proc/${pid}/comm`)));
    return pids.filter((_, index) => names[index]?.trim() === name);
}

/** Sends a signal to all of them; those that have gone meanwhile do not matter. */
export function signalAll(pids: number[], signal: NodeJS.Signals): void {
    for (const pid of pids) {
        try {
            process.kill(pid, signal);
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
        }
    }
}
