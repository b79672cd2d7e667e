/** `npm run bench [-- PART ...] [--runs N] [--minutes N] [--json FILE] [--plots FOLDER] [--lab NAME]`: measurements in the lab, which must be up. */
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { labInstance } from "../lab/instance";
import { labRunning } from "../lab/lifecycle";
import { main } from "../tools/main";
import { say } from "../tools/progress";
import { UserError } from "../tools/run";
import { options } from "./options";
import type { AnyPart } from "./part";
import { parts } from "./parts";
import { limitMinutes } from "./shared/rounds";

main(async () => {
    const { names, runs, minutes, json, plots, lab } = options(process.argv.slice(2), Object.fromEntries(Object.entries(parts).map(([name, { about }]) => [name, about])));
    const instance = labInstance(lab);
    if (!(await labRunning(instance))) throw new UserError(`The lab "${lab}" is not up; start it with: npm run lab`);
    const results: Record<string, unknown> = {};
    for (const name of names) {
        const part: AnyPart = parts[name]!;
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
});
