/**
 * `npm run lab` and its parts: from a lab that was taken down, everything built and downloaded before, and on one that
 * is up.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { labInstance, type LabInstance } from "../../lab/instance";
import { projectFolder } from "../../../tools/cache";
import { type Part as TimedPart, say } from "../../../tools/progress";
import { rounds } from "../support/rounds";
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
