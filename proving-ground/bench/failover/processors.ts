/** How busy this machine's processors are. */
import { readFile } from "node:fs/promises";

/** Clock ticks since the machine started, of all processors. */
export interface ProcessorTimes {
    idle: number;
    all: number;
}

export async function processorTimes(): Promise<ProcessorTimes> {
    return parseProcessorTimes(await readFile("/proc/stat", "utf8"));
}

/**
 * The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal; guest times are in the first two
 * already.
 */
export function parseProcessorTimes(stat: string): ProcessorTimes {
    const ticks = stat.split("\n")[0]!.trim().split(/\s+/).slice(1, 9).map(Number);
    return { idle: ticks[3]! + ticks[4]!, all: ticks.reduce((sum, each) => sum + each, 0) };
}

/** Share that was in use between two moments, 0 to 1, to two digits. */
export function busyShare(before: ProcessorTimes, after: ProcessorTimes): number {
    const all = after.all - before.all;
    return all === 0 ? 0 : Math.round((1 - (after.idle - before.idle) / all) * 100) / 100;
}
