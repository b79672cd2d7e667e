/**
 * `npm run bench -- report`: what a comparison found, as Markdown on standard output and as a picture beside the file.
 */
import { readFile, writeFile } from "node:fs/promises";
import { commandLine, UsageError } from "../../../../tools/commandLine";
import { say } from "../../../../tools/progress";
import { type Comparison, parseComparison } from "../results";
import { markdown } from "./markdown";
import { picture } from "./picture";

const line = commandLine({
    call: "npm run bench -- report",
    about: "Prints the tables of a comparison again, and draws its picture, FILE.svg.",
    options: {},
    names: { usage: "FILE", about: "written by npm run bench -- failover --json FILE", most: 1 },
    statuses: { 0: "they were printed" },
    examples: ["npm run bench -- report f.json"],
});

export async function report(words: string[]): Promise<void> {
    const [file] = line.read(words).names;
    if (file === undefined)
        throw new UsageError("report takes one file, written by: npm run bench -- failover --json FILE");
    const comparison = parseComparison(await readFile(file, "utf8"));
    await present(comparison, file);
}

/** Prints the tables; with a file's name the picture goes beside it. */
export async function present(comparison: Comparison, file?: string): Promise<void> {
    process.stdout.write(`${markdown(comparison)}\n`);
    if (file === undefined) return;
    const image = `${file.replace(/\.json$/, "")}.svg`;
    await writeFile(image, picture(comparison));
    say(`The picture is ${image}.`);
}
