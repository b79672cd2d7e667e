/**
 * `npm run bench -- report`: what a comparison found, as Markdown on standard output and as a picture beside the file.
 */
import { readFile } from "node:fs/promises";
import { commandLine, UsageError } from "../../../../tools/commandLine";
import { parseComparison } from "../results";
import { present } from "../../ownLab";
import { markdown } from "./markdown";
import { picture } from "./picture";

const line = commandLine({
    call: "npm run bench -- report",
    about: "Prints the tables of a comparison again, and draws its picture, FILE.svg.",
    options: {},
    names: { usage: "FILE", about: "written by npm run bench -- failover --json FILE", max: 1 },
    statuses: { 0: "they were printed" },
    examples: ["npm run bench -- report f.json"],
});

export async function report(words: string[]): Promise<void> {
    const [file] = line.read(words).names;
    if (file === undefined)
        throw new UsageError("report takes one file, written by: npm run bench -- failover --json FILE");
    const comparison = parseComparison(await readFile(file, "utf8"));
    await present({ table: markdown(comparison), plots: { failover: picture(comparison) } }, file);
}
