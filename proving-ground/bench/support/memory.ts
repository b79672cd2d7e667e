/** The memory of the program that Pulumi runs: a grandchild of `pulumi`, found while it lasts. */
import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { readIfThere } from "../../lab/files";

/** Watches the program of a Pulumi process until `stop` is called, and returns the most it had resident, in MiB. */
export function watchProgramMemory(pid: number): { stop: () => Promise<number> } {
    let watching = true;
    let max = 0;
    const watch = async (): Promise<void> => {
        let program: number | undefined;
        while (watching) {
            program ??= await programOf(pid);
            if (program !== undefined) {
                // The kernel keeps the highest value itself, so that a peak between two looks is not missed.
                const status = (await readIfThere(`/proc/${program}/status`)) ?? "";
                max = Math.max(max, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024);
            }
            await sleep(20);
        }
    };
    const done = watch();
    return {
        stop: async () => {
            watching = false;
            await done;
            return max;
        },
    };
}

async function programOf(ancestor: number): Promise<number | undefined> {
    for (const pid of await descendants(ancestor)) {
        const command = (await readIfThere(`/proc/${pid}/cmdline`)) ?? "";
        if (command.includes("@pulumi/pulumi/cmd/run/") && command.includes("--monitor")) return pid;
    }
    return undefined;
}

async function descendants(pid: number): Promise<number[]> {
    const tasks = await readdir(`/proc/${pid}/task`).catch(() => [] as string[]);
    const found: number[] = [];
    for (const task of tasks) {
        const children = ((await readIfThere(`/proc/${pid}/task/${task}/children`)) ?? "")
            .split(" ")
            .map(Number)
            .filter(Boolean);
        for (const child of children) found.push(child, ...(await descendants(child)));
    }
    return found;
}
