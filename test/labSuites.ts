/**
 * The lab's suites, each in a process of its own, shared out among two labs: most of a suite's time is spent waiting
 * for machines to boot and for a fault to be over.
 */
import { basename } from "node:path";
import { type LabInstance, labInstance } from "../proving-ground/lab/instance";
import { labRunning, leftOvers, stopLab } from "../proving-ground/lab/lifecycle";
import { duration, say } from "../tools/progress";
import { instance } from "./lab/machines/support";
import { type Counts, mocha, type MochaOptions, NONE, sum } from "./mocha";

/** The rest is shared out while these run; were one of them the last, the other lab would wait for it. */
const LONGEST = [
    "pullRequest",
    "container",
    "drill",
    "ownersMachine",
    "unnoticed",
    "dualStack",
    "virtualMachines",
    "givenBack",
    "bareHosts",
    "sickCluster",
    "environments",
    "languages",
    "highAvailability",
    "everySetting",
    "guideValues",
];

/**
 * Where suites run. Two labs at most: a third has no share of real-time left, and one may be in use. A lab that was
 * asked for by name is the only one.
 */
async function labs(): Promise<LabInstance[]> {
    const others = process.env["HA_API_TEST_LAB"] !== undefined || (await labRunning(labInstance("dev")));
    return others ? [instance] : [instance, labInstance("test2", instance.release)];
}

/** Twice what the longest takes on a busy machine: one that hangs is not to keep the others from being run. */
const LIMIT = 30 * 60 * 1000;

interface Ran {
    file: string;
    counts: Counts;
    ms: number;
}

export interface LabOptions {
    /** Files that need no machine. */
    beside?: string[];
    /** Milliseconds since the epoch. After it no suite is begun; those left are named, and count as skipped. */
    until?: number | undefined;
    /** Milliseconds after which a suite is stopped. Default: half an hour. */
    limit?: number;
    /** A suite that failed while another kept the processors busy runs once more by itself, and that counts. */
    again?: boolean;
}

/**
 * Runs the files and returns the counts; what a lab leaves behind is a failure. Those that need no machine run beside
 * the labs, one after the other; where the labs are through, several at once.
 */
export async function runInLabs(
    files: string[],
    { beside = [], until = Number.POSITIVE_INFINITY, limit = LIMIT, again: repeats = true }: LabOptions = {},
): Promise<Counts> {
    const waiting = new Waiting(longestFirst(files), until);
    const waitingBeside = new Waiting(longestFirst(beside), until);
    const all = await labs();
    const lanes = all.map(async (lab) => [
        ...(await runInOne(lab, waiting, limit)),
        ...(await runBeside(waitingBeside)),
    ]);
    const first = (await Promise.all([...lanes, runBeside(waitingBeside)])).flat();
    const failed = repeats && all.length > 1 ? first.filter(({ counts }) => counts.failed > 0) : [];
    if (failed.length > 0) say(`\nOnce more, by themselves: ${failed.map(({ file }) => file).join(", ")}`);
    const again = await runInOne(all[0]!, new Waiting(failed.map(({ file }) => file)), limit);
    const counts = [...first.filter((ran) => !failed.includes(ran)), ...again].map((ran) => ran.counts);
    for (const lab of all) counts.push(await removed(lab));
    const left = [...waiting.files, ...waitingBeside.files];
    if (left.length > 0)
        say(`\nNot run, since the time allowed is over:\n${left.map((file) => `  ${file}`).join("\n")}`);
    counts.push({ ...NONE, skipped: left.length });
    const longest = [...first, ...again].sort((a, b) => b.ms - a.ms).slice(0, 10);
    say(`\nTook longest:\n${longest.map(({ file, ms }) => `  ${duration(ms)}  ${file}`).join("\n")}`);
    return sum(counts);
}

/** Files that are run one after the other, by whoever has time for the next. */
class Waiting {
    constructor(
        readonly files: string[],
        private readonly until = Number.POSITIVE_INFINITY,
    ) {}

    /** Undefined when there is none, or no time. */
    next(): string | undefined {
        return Date.now() < this.until ? this.files.shift() : undefined;
    }
}

/** Takes files until there are none. */
async function runInOne(lab: LabInstance, waiting: Waiting, limit: number): Promise<Ran[]> {
    const ran: Ran[] = [];
    for (let file = waiting.next(); file !== undefined; file = waiting.next()) {
        // What an interrupted run or the suite before has left is none of this one's.
        await stopLab(lab);
        ran.push(await timed(file, `in the lab "${lab.name}"`, { env: { HA_API_TEST_LAB: lab.name }, limit }));
    }
    return ran;
}

/** Takes files until there are none. What has no clock to keep gives way to what has. */
async function runBeside(waiting: Waiting): Promise<Ran[]> {
    const ran: Ran[] = [];
    for (let file = waiting.next(); file !== undefined; file = waiting.next())
        ran.push(await timed(file, "without machines", { niceness: 10 }));
    return ran;
}

async function timed(file: string, where: string, options: MochaOptions): Promise<Ran> {
    const began = Date.now();
    const { counts, output } = await mocha([file], { limit: LIMIT, ...options, keepOutput: true });
    const ms = Date.now() - began;
    say(`\n-- ${file}, ${duration(ms)}, ${where}\n${output.trimEnd()}`);
    return { file, counts, ms };
}

/** Removes the lab. What then is still there counts as a failed test. */
async function removed(lab: LabInstance): Promise<Counts> {
    await stopLab(lab);
    const left = await leftOvers(lab);
    if (left.length === 0) return NONE;
    say(`\n  1 failing\n\n  The lab "${lab.name}" left behind:\n  ${left.join("\n  ")}`);
    return { ...NONE, failed: 1 };
}

export function longestFirst(files: string[]): string[] {
    const rank = (file: string): number => {
        const index = LONGEST.indexOf(basename(file, ".test.ts"));
        return index < 0 ? LONGEST.length : index;
    };
    return [...files].sort((a, b) => rank(a) - rank(b));
}
