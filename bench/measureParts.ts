/** The parts that are measured in a lab that is up: `[PART ...] [--runs N] [--minutes N] [--json FILE] [--plots FOLDER] [--lab NAME]`. */
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { labInstance } from "../lab/instance";
import { labRunning } from "../lab/lifecycle";
import { say } from "../tools/progress";
import { UserError } from "../tools/run";
import type { Words } from "./options";
import { parts } from "./parts";
import { limitMinutes } from "./shared/rounds";

const MOST_RUNS = 100;
const MOST_MINUTES = 600;

export async function measureParts(words: Words): Promise<void> {
    const [json, plots, lab] = [words.value("--json"), words.value("--plots"), words.value("--lab") ?? "dev"];
    const runs = words.optionalCount("--runs", MOST_RUNS);
    const minutes = words.optionalCount("--minutes", MOST_MINUTES);
    const named = words.rest();
    const unknown = named.filter((name) => !Object.hasOwn(parts, name));
    if (unknown.length > 0) throw new UserError(`There is no part ${unknown.join(", ")} that is measured in a lab; there are: ${Object.keys(parts).join(", ")}.`);
    const instance = labInstance(lab);
    if (!(await labRunning(instance))) throw new UserError(`The lab "${lab}" is not up; start it with: npm run lab`);
    const results: Record<string, unknown> = {};
    for (const name of named.length > 0 ? named : Object.keys(parts)) {
        const part = parts[name]!;
        const times = runs ?? part.runs;
        if (minutes !== undefined) limitMinutes(minutes);
        const before = { date: new Date().toISOString(), loadBefore: loadavg()[0] };
        say(`${name}: ${part.about}; ${times} runs, load average before ${loadavg()[0]!.toFixed(2)}`);
        const { result, table, plots: pictures } = await part.measure(instance, times);
        results[name] = { ...before, runs: times, result };
        console.log(`\n${table}`);
        if (plots === undefined) continue;
        await mkdir(plots, { recursive: true });
        for (const [picture, svg] of Object.entries(pictures)) await writeFile(join(plots, `${picture}.svg`), svg);
    }
    if (json !== undefined) await writeFile(json, `${JSON.stringify({ cpus: cpus().length, results })}\n`);
}
