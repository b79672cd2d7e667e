/** `npm run bench -- report FILE`: what a comparison found, as Markdown on standard output and as a picture beside the file. */
import { readFile, writeFile } from "node:fs/promises";
import { say } from "../../../tools/progress";
import { UserError } from "../../../tools/run";
import type { Words } from "../../options";
import type { Comparison } from "../results";
import { markdown } from "./markdown";
import { picture } from "./picture";

export async function report(words: Words): Promise<void> {
    const [file, ...more] = words.rest();
    if (file === undefined || more.length > 0) throw new UserError("report takes one file, written by: npm run bench -- failover --json FILE");
    const comparison = JSON.parse(await readFile(file, "utf8")) as Comparison;
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
