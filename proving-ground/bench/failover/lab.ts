import type { LabInstance } from "../../lab/instance";
import { startLab, stopLab } from "../../lab/lifecycle";
import { roomGivenBack } from "./capacity";
import { loseNothing } from "./path";
import { removeStackFiles } from "./setups/ours";

/**
 * Runs `work` in the lab of the benchmarks, and takes the lab away afterwards unless it is to be kept for the next
 * time.
 */
export async function inBenchLab(
    instance: LabInstance,
    keep: boolean,
    work: (instance: LabInstance) => Promise<void>,
): Promise<void> {
    await startLab(instance);
    try {
        await work(instance);
    } finally {
        if (!keep) await takeAway(instance);
    }
}

/** Removes the lab of the benchmarks, in whatever state it is. */
export async function takeAway(instance: LabInstance): Promise<void> {
    const giveBack = await roomGivenBack(instance);
    await loseNothing(instance);
    await stopLab(instance);
    await giveBack();
    await removeStackFiles();
}
