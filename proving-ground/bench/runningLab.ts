/** `npm run bench -- NAME ...`: the benchmarks that are measured in a lab that is up. */
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
import { defaults } from "./benchmark";
import { BENCHMARKS, benchmarkOf } from "./benchmarks";
import { limitMinutes } from "./benchmark";

const all = Object.entries(BENCHMARKS);
const ofLab = (lab: "running" | "own"): [string, string][] =>
    all.filter(([, each]) => each.lab === lab).map(([name, { title }]) => [name, title]);

const line = commandLine({
    call: "npm run bench --",
    about: "Measures, and prints tables. Without any name: every benchmark, failover and false-failover first.",
    options: {
        runs: countOrNone("N", "how often everything is repeated; without it each benchmark has its own number", {
            max: 100,
        }),
        minutes: countOrNone("N", "no further run of a part begins after that time; without it all runs are made", {
            max: 600,
        }),
        json: text("FILE", "where the figures go; without it nowhere"),
        plots: text("FOLDER", "where pictures go; without it nowhere"),
        lab: textOr("NAME", "the lab, which must be up", "dev"),
    },
    names: { usage: "[NAME ...]", about: "which; without a name all" },
    more: [
        "Measured in a lab that is up:",
        ...columns(ofLab("running")),
        "",
        "In a lab and with options of their own (npm run bench -- failover --help):",
        ...columns([
            ...ofLab("own"),
            ["report FILE", "the tables and the picture of failover again"],
            ["down", "removes what --keep left"],
        ]),
    ].join("\n"),
    statuses: { 0: "it was measured" },
    examples: [
        "npm run bench -- deployment changes --runs 5 --json f.json --plots folder",
        "npm run bench -- failover --events network-cut",
    ],
});

export async function measureInRunningLab(args: string[]): Promise<void> {
    const { json, plots, lab, runs, minutes, names: named } = line.read(args);
    const unknown = named.filter((name) => benchmarkOf(name)?.[1].lab !== "running");
    if (unknown.length > 0)
        throw new UsageError(
            `There is no benchmark ${unknown.join(", ")} in a lab that is up. Which there are: npm run bench -- --help`,
        );
    const instance = labInstance(lab);
    if (!(await labRunning(instance))) throw new UserError(`The lab "${lab}" is not up; start it with: npm run lab`);
    const results: Record<string, unknown> = {};
    const names = named.length > 0 ? named : ofLab("running").map(([name]) => name);
    for (const [name, benchmark] of names.map((each) => benchmarkOf(each)!)) {
        const values = { ...defaults(benchmark.options), ...(runs === undefined ? {} : { runs }) };
        if (minutes !== undefined) limitMinutes(minutes);
        const before = { date: new Date().toISOString(), loadBefore: loadavg()[0], ...values };
        say(`${name}: ${benchmark.title}; load average before ${loadavg()[0]!.toFixed(2)}`);
        const { result, table, plots: pictures } = await benchmark.measure(instance, values, () => Promise.resolve());
        results[name] = { ...before, result };
        console.log(`\n${table}`);
        if (plots === undefined) continue;
        await mkdir(plots, { recursive: true });
        for (const [picture, svg] of Object.entries(pictures)) await writeFile(join(plots, `${picture}.svg`), svg);
    }
    if (json !== undefined) await writeFile(json, `${JSON.stringify({ cpus: cpus().length, results })}\n`);
}
