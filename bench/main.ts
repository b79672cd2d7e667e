/** `npm run bench [-- failover] [--runs N] [--json FILE]`: measurements in the lab, which must be up. */
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { labInstance } from "../lab/instance";
import { labRunning } from "../lab/lifecycle";
import { main } from "../tools/main";
import { UserError } from "../tools/run";
import { failover, type FaultResult } from "./failover";

const parts = { failover };

main(async () => {
    const { names, runs, json } = options(process.argv.slice(2));
    const instance = labInstance("dev");
    if (!(await labRunning(instance))) throw new UserError("The lab is not up; start it with: npm run lab");
    const results: Record<string, FaultResult[]> = {};
    for (const name of names) results[name] = await parts[name](instance, runs);
    for (const result of Object.values(results)) print(result);
    if (json !== undefined) await writeFile(json, `${JSON.stringify({ date: new Date().toISOString(), cpus: cpus().length, runs, results }, undefined, 2)}\n`);
});

function options(args: string[]): { names: (keyof typeof parts)[]; runs: number; json: string | undefined } {
    const value = (flag: string): string | undefined => (args.includes(flag) ? args.splice(args.indexOf(flag), 2)[1] : undefined);
    const json = value("--json");
    const runs = Number(value("--runs") ?? 10);
    if (!Number.isInteger(runs) || runs < 1 || runs > 100) throw new UserError("--runs takes a number from 1 to 100.");
    const unknown = args.filter((name) => !(name in parts));
    if (unknown.length > 0) throw new UserError(`There is no part ${unknown.join(", ")}; there are: ${Object.keys(parts).join(", ")}.`);
    return { names: (args.length > 0 ? args : Object.keys(parts)) as (keyof typeof parts)[], runs, json };
}

function print(results: FaultResult[]): void {
    console.log("\n| fault | runs | longest gap: median | least | most | failed requests: median | most |\n|---|---|---|---|---|---|---|");
    for (const { fault, gap, failedRequests } of results) {
        console.log(`| ${fault} | ${gap.runs} | ${gap.median.toFixed(0)} ms | ${gap.least.toFixed(0)} ms | ${gap.most.toFixed(0)} ms | ${failedRequests.median} | ${failedRequests.most} |`);
    }
}
