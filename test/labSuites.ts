/**
 * The lab's suites, each in a process of its own, shared out among two labs: most of a suite's time is spent waiting
 * for machines to boot and for a fault to be over.
 */
import { basename } from "node:path";
import { type LabInstance, labInstance } from "../proving-ground/lab/instance";
import { labRunning, leftOvers, stopLab } from "../proving-ground/lab/lifecycle";
import { duration, say } from "../tools/progress";
import { instance } from "./lab/machines/support";
import { type Counts, mocha, sum } from "./mocha";

/** The rest is shared out while these run; were one of them the last, the other lab would wait for it. */
const LONGEST = ["virtualMachines", "unnoticed", "printed", "verification", "drill", "nginxOrg", "container"];

/**
 * Where suites run. Two labs at most: a third has no share of real-time left, and one may be in use. A lab that was
 * asked for by name is the only one.
 */
async function labs(): Promise<LabInstance[]> {
    const others = process.env["HA_API_TEST_LAB"] !== undefined || (await labRunning(labInstance("dev")));
    return others ? [instance] : [instance, labInstance("test2", instance.release)];
}

/** Runs the files and returns the counts; what a lab leaves behind is a failure. */
export async function runInLabs(files: string[]): Promise<Counts> {
    const waiting = longestFirst(files);
    const took: { file: string; ms: number }[] = [];
    const counts: Counts[] = [];
    const workers = (await labs()).map(async (lab) => {
        // A run that was interrupted may have left its lab; the tests expect none.
        await stopLab(lab);
        for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
            const began = Date.now();
            const { counts: own, output } = await mocha([file], {
                env: { HA_API_TEST_LAB: lab.name },
                keepOutput: true,
            });
            took.push({ file, ms: Date.now() - began });
            counts.push(own);
            say(`\n-- ${file}, ${duration(Date.now() - began)}, in the lab "${lab.name}"\n${output.trimEnd()}`);
        }
        await stopLab(lab);
        const left = await leftOvers(lab);
        if (left.length === 0) return;
        say(`\n  1 failing\n\n  The lab "${lab.name}" left behind:\n  ${left.join("\n  ")}`);
        counts.push({ passed: 0, failed: 1, skipped: 0 });
    });
    await Promise.all(workers);
    const longest = took.sort((a, b) => b.ms - a.ms).slice(0, 10);
    say(`\nTook longest:\n${longest.map(({ file, ms }) => `  ${duration(ms)}  ${file}`).join("\n")}`);
    return sum(counts);
}

export function longestFirst(files: string[]): string[] {
    const rank = (file: string): number => {
        const index = LONGEST.indexOf(basename(file, ".test.ts"));
        return index < 0 ? LONGEST.length : index;
    };
    return [...files].sort((a, b) => rank(a) - rank(b));
}
