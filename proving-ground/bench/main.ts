/** `npm run bench [-- NAME ...]`: measurements, all of them or some; docs/benchmarks.md has the results. */
import { readFile } from "node:fs/promises";
import { commandLine, UsageError } from "../../tools/commandLine";
import { main } from "../../tools/main";
import { benchmarkOf, BENCHMARKS } from "./benchmarks";
import { markdown } from "./failover/report/markdown";
import { picture } from "./failover/report/picture";
import { parseComparison } from "./failover/results";
import { measureInOwnLab, present, removeOwnLab } from "./ownLab";
import { measureInRunningLab } from "./runningLab";

const downLine = commandLine({
    call: "npm run bench -- down",
    about: "Removes the machines that failover --keep and false-failover --keep left.",
    options: {},
    statuses: { 0: "there are none" },
    examples: ["npm run bench -- down"],
});

async function down(args: string[]): Promise<void> {
    downLine.read(args);
    await removeOwnLab();
}

const reportLine = commandLine({
    call: "npm run bench -- report",
    about: "Prints the tables of a comparison again, and draws its picture, FILE.svg.",
    options: {},
    names: { usage: "FILE", about: "written by npm run bench -- failover --json FILE", max: 1 },
    statuses: { 0: "they were printed" },
    examples: ["npm run bench -- report f.json"],
});

/** What a comparison found, as Markdown on standard output and as a picture beside the file. */
async function report(words: string[]): Promise<void> {
    const [file] = reportLine.read(words).names;
    if (file === undefined)
        throw new UsageError("report takes one file, written by: npm run bench -- failover --json FILE");
    const comparison = parseComparison(await readFile(file, "utf8"));
    await present({ table: markdown(comparison), plots: { failover: picture(comparison) } }, file);
}

const commands: Record<string, (args: string[]) => Promise<void>> = { report, down };

main(async () => {
    const [name, ...args] = process.argv.slice(2);
    if (name === undefined) {
        for (const [each, benchmark] of Object.entries(BENCHMARKS))
            if (benchmark.lab === "own") await measureInOwnLab(each, benchmark, []);
        return measureInRunningLab([]);
    }
    if (Object.hasOwn(commands, name)) return commands[name]!(args);
    const [known, benchmark] = benchmarkOf(name) ?? [];
    if (benchmark?.lab === "own") return measureInOwnLab(known!, benchmark, args);
    return measureInRunningLab(process.argv.slice(2));
});
