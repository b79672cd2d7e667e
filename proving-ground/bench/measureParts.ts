/** `npm run bench -- PART ...`: the parts that are measured in a lab that is up. */
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { labInstance } from "../lab/instance";
import { labRunning } from "../lab/lifecycle";
import { commandLine, UsageError } from "../../tools/commandLine";
import { table as columns } from "../../tools/help";
import { countOrNone, text, textOr } from "../../tools/options";
import { say } from "../../tools/progress";
import { UserError } from "../../tools/run";
import { parts } from "./parts";
import { limitMinutes } from "./shared/rounds";

const line = commandLine({
    call: "npm run bench --",
    about:
        "Measures, and prints tables. Without any word: the comparisons failover and false-failover, then all " +
        "parts.",
    options: {
        runs: countOrNone("N", "how often everything is repeated; without it each part has its own number", {
            most: 100,
        }),
        minutes: countOrNone("N", "no further run of a part begins after that time; without it all runs are made", {
            most: 600,
        }),
        json: text("FILE", "where the figures go; without it nowhere"),
        plots: text("FOLDER", "where pictures go; without it nowhere"),
        lab: textOr("NAME", "the lab, which must be up", "dev"),
    },
    names: { usage: "[PART ...]", about: "which; without a name all" },
    more: [
        "Parts, measured in a lab that is up:",
        ...columns(Object.entries(parts).map(([name, { about }]) => [name, about])),
        "",
        "With machines and options of their own (npm run bench -- failover --help):",
        ...columns([
            ["failover", "this project, the guides it came from and kubeadm's recipe side by side"],
            ["false-failover", "how much it takes until a healthy host is thought dead"],
            ["report FILE", "the tables and the picture of failover again"],
            ["down", "removes what --keep left"],
        ]),
    ].join("\n"),
    statuses: { 0: "it was measured" },
    examples: [
        "npm run bench -- deploy changes --runs 5 --json f.json --plots folder",
        "npm run bench -- failover --events network-cut",
    ],
});

export async function measureParts(words: string[]): Promise<void> {
    const { json, plots, lab, runs, minutes, names: named } = line.read(words);
    const unknown = named.filter((name) => !Object.hasOwn(parts, name));
    if (unknown.length > 0)
        throw new UsageError(
            `There is no part ${unknown.join(", ")} of the benchmarks. Which there are: npm run bench -- --help`,
        );
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
