/**
 * Machines of the benchmarks: ones that were there before, in the lab's address range for them, beside whatever else
 * the lab holds.
 */
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { startExistingMachine, stopExistingMachine } from "../../lab/existingMachines";
import type { LabInstance } from "../../lab/instance";
import { sshArguments } from "../../lab/ssh";
import { UserError } from "../../../tools/run";

export interface BenchMachine {
    /** Like a VM id; beyond those of tests and of the fake Proxmox. */
    id: number;
    name: string;
    address: string;
}

/**
 * The address the benchmarks' hosts share: not the lab's own .100, so that a lab in use is not disturbed.
 */
export const benchVip = (instance: LabInstance): string => `${instance.subnet}.99`;

/** `count` machines: bench1 at .11, bench2 at .12, and so on up to .49. */
export function benchMachines(instance: LabInstance, count: number): BenchMachine[] {
    return Array.from({ length: count }, (_, index) => ({
        id: 9951 + index,
        name: `bench${index + 1}`,
        address: `${instance.subnet}.${11 + index}`,
    }));
}

/** Powers on every machine that does not run, and waits until its first boot is over. */
export async function startMachines(
    instance: LabInstance,
    machines: BenchMachine[],
    options: Parameters<typeof startExistingMachine>[4] = {},
): Promise<void> {
    for (const { id, name, address } of machines) await startExistingMachine(instance, id, name, address, options);
    await Promise.all(
        machines.map(async ({ address }) => {
            const deadline = Date.now() + 60_000;
            while (
                !(await onMachine(instance, address, "cloud-init status --wait || test $? = 2").then(
                    () => true,
                    () => false,
                ))
            ) {
                if (Date.now() > deadline) throw new UserError(`The machine at ${address} does not answer to SSH.`);
                await sleep(200);
            }
        }),
    );
}

/** Throws the machines away, disks and all. */
export async function stopMachines(instance: LabInstance, machines: BenchMachine[]): Promise<void> {
    await Promise.all(machines.map(({ id }) => stopExistingMachine(instance, id)));
}

/** As they were when they were bought: clean disks, booted, idle. */
export async function renewMachines(instance: LabInstance, machines: BenchMachine[]): Promise<void> {
    await stopMachines(instance, machines);
    await startMachines(instance, machines);
}

/** Runs a command on a machine by SSH, as the user `ops`; fails when it does. */
export async function onMachine(
    instance: LabInstance,
    address: string,
    command: string,
    timeoutMs = 60_000,
): Promise<string> {
    const { stdout } = await promisify(execFile)("ssh", [...sshArguments(instance, address), command], {
        timeout: timeoutMs,
        maxBuffer: 64 * 1024 * 1024,
    });
    return stdout.trim();
}
