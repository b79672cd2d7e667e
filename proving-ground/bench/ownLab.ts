/** `npm run bench -- failover` and its like: a benchmark in a lab that is made for it, and taken away afterwards. */
import { readFile, writeFile } from "node:fs/promises";
import { commandLine, UsageError } from "../../tools/commandLine";
import { flag, text } from "../../tools/options";
import { say } from "../../tools/progress";
import { writeAtomically } from "../lab/files";
import { labInstance } from "../lab/instance";
import { startLab, stopLab } from "../lab/lifecycle";
import { loseNothing } from "../lab/network/loss";
import { type AnyBenchmark, type Shown } from "./benchmark";
import { inotifyRestored } from "./failover/machines";
import { removeStackFiles } from "./failover/setups/ours";

const INSTANCE = labInstance("bench");

export async function measureInOwnLab(name: string, benchmark: AnyBenchmark, args: string[]): Promise<void> {
    const line = commandLine({
        call: `npm run bench -- ${name}`,
        about: benchmark.help?.about ?? benchmark.title,
        options: {
            ...benchmark.options,
            json: text("FILE", "where the figures go, and a picture beside them; without it nowhere"),
            ...(benchmark.continues ? { continue: flag("adds to the runs that --json FILE has already") } : {}),
            keep: flag(
                "leaves the machines, which saves two minutes the next time; npm run bench -- down removes them",
            ),
        },
        statuses: { 0: "it was measured" },
        examples: [benchmark.help?.example ?? `npm run bench -- ${name}`],
    });
    const { json, keep, ...values } = line.read(args) as Record<string, unknown> & { json?: string; keep: boolean };
    if (values.continue === true && json === undefined) throw new UsageError("--continue needs --json FILE");
    const earlier: unknown = values.continue === true ? JSON.parse(await readFile(json!, "utf8")) : undefined;
    await startLab(INSTANCE);
    try {
        const save = async (soFar: unknown): Promise<void> => {
            if (json !== undefined) await writeAtomically(json, `${JSON.stringify(soFar, undefined, 1)}\n`);
        };
        await present(await benchmark.measure(INSTANCE, values, save, earlier), json);
    } finally {
        if (!keep) await removeOwnLab();
    }
}

/** Prints the table; with a file's name the picture goes beside it. */
export async function present({ table, plots }: Pick<Shown, "table" | "plots">, file?: string): Promise<void> {
    process.stdout.write(`${table}\n`);
    if (file === undefined) return;
    for (const svg of Object.values(plots)) {
        const image = `${file.replace(/\.json$/, "")}.svg`;
        await writeFile(image, svg);
        say(`The picture is ${image}.`);
    }
}

/** Removes the lab of the benchmarks, in whatever state it is. */
export async function removeOwnLab(): Promise<void> {
    const restore = await inotifyRestored(INSTANCE);
    await loseNothing(INSTANCE);
    await stopLab(INSTANCE);
    await restore();
    await removeStackFiles();
}
