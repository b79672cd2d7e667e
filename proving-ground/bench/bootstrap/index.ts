/**
 * `npm run lab` and its parts: from a lab that was taken down, everything built and downloaded before, and on one that
 * is up.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { spreadInSeconds } from "../../../shared/report/duration";
import { markdownTable } from "../../../shared/report/table";
import { projectFolder } from "../../../tools/cache";
import { type Part as TimedPart, say } from "../../../tools/progress";
import { labInstance, type LabInstance } from "../../lab/instance";
import { benchmark, repeated } from "../benchmark";
import { rounds } from "../benchmark";
import { timed } from "../support/timed";

/** One run of the command; times in milliseconds. */
export interface BootstrapRun {
    all: number;
    parts: TimedPart[];
}

export interface Bootstrap {
    /** The lab was down before. */
    fresh: BootstrapRun[];
    /** It was up, and nothing had changed. */
    unchanged: BootstrapRun[];
}

export async function measure(instance: LabInstance, runs: number): Promise<Bootstrap> {
    const result: Bootstrap = { fresh: [], unchanged: [] };
    const settings = await stackFile(instance);
    try {
        for (const run of rounds(runs)) {
            await lab("down", instance);
            result.fresh.push(await lab("up", instance));
            result.unchanged.push(await lab("up", instance));
            say(
                `  run ${run}: from nothing ${(result.fresh.at(-1)!.all / 1000).toFixed(1)} s, unchanged ` +
                    `${(result.unchanged.at(-1)!.all / 1000).toFixed(1)} s`,
            );
        }
    } finally {
        await settings.remove();
    }
    return result;
}

async function lab(command: "up" | "down", instance: LabInstance): Promise<BootstrapRun> {
    const { took, stdout } = await timed(
        process.execPath,
        ["--import", "tsx", join(__dirname, "run.ts"), command, instance.name],
        { cwd: projectFolder },
    );
    return { all: took, parts: JSON.parse(stdout.trim().split("\n").at(-1)!) as TimedPart[] };
}

/** The settings of another lab are those of the first one in another network. */
async function stackFile(instance: LabInstance): Promise<{ remove: () => Promise<void> }> {
    const first = labInstance("dev");
    if (instance.name === first.name) return { remove: () => Promise.resolve() };
    const file = join(projectFolder, `Pulumi.${instance.name}.yaml`);
    const text = await readFile(join(projectFolder, `Pulumi.${first.name}.yaml`), "utf8");
    await writeFile(
        file,
        text.replaceAll(`${first.subnet}.`, `${instance.subnet}.`).replaceAll(first.directory, instance.directory),
        { flag: "wx" },
    );
    return { remove: () => rm(file, { force: true }) };
}

function bootstrapTable({ fresh, unchanged }: Bootstrap): string {
    const titles = [...new Set([...fresh, ...unchanged].flatMap(({ parts }) => parts.map(({ title }) => title)))];
    const row = (title: string, of: (run: BootstrapRun) => number | undefined): string[] => [
        title,
        ...[fresh, unchanged].map((runs) => {
            const times = runs.map(of).filter((time) => time !== undefined);
            return times.length === 0 ? "-" : spreadInSeconds(times);
        }),
    ];
    return markdownTable(
        ["part of `npm run lab`", "lab down, builds there", "nothing to do"],
        [
            ...titles.map((title) => row(title, ({ parts }) => parts.find((each) => each.title === title)?.took)),
            row("all, Node.js and the TypeScript loader included", ({ all }) => all),
        ],
    );
}

export const bootstrap = benchmark({
    title: "the parts of `npm run lab`; takes the lab down and brings it up again",
    options: repeated(3),
    measure: (instance, { runs }) => measure(instance, runs),
    table: bootstrapTable,
});
