/** `npm run schema:compare`: whether two schemas differ, and whether programs must change for it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectFolder } from "../cache";
import { commandLine } from "../commandLine";
import { main } from "../main";
import { Finding, UserError } from "../run";
import { compareSchemas, type Schema } from "./compare";

const line = commandLine({
    call: "npm run schema:compare --",
    about:
        "Tells what a change of schema.json means to programs that use the package: major, where one that worked may " +
        "work no more, or minor. Without files: the schema of the last release and that of the checkout.",
    options: {},
    names: { usage: "[OLD NEW]", about: "Two schema files.", max: 2 },
    statuses: { 0: "nothing changed, or nothing that breaks a program", 1: "a major change" },
    examples: ["npm run schema:compare", "npm run schema:compare -- old/schema.json schema.json"],
});

/** The schema of the last release. */
const RELEASED = join(projectFolder, "tools", "schema", "released.json");

main(async () => {
    const { names } = line.read(process.argv.slice(2));
    if (names.length === 1) throw new UserError("Two files are compared, or none is named.");
    const [before, after] = await Promise.all([
        read(names[0] ?? RELEASED),
        read(names[1] ?? join(projectFolder, "schema.json")),
    ]);
    const changes = compareSchemas(before, after);
    const breaks = changes.some(({ kind }) => kind === "major");
    for (const { kind, reason } of changes) process.stdout.write(`${kind}: ${reason}\n`);
    if (breaks) throw new Finding(`Since ${before.version}: a major change.`);
    process.stdout.write(`Since ${before.version}: ${changes.length === 0 ? "no change" : "a minor change"}.\n`);
});

async function read(path: string): Promise<Schema> {
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        throw new UserError(`${path} cannot be read: ${error.message}`);
    });
    try {
        return JSON.parse(text) as Schema;
    } catch {
        throw new UserError(`${path} is no schema: not JSON.`);
    }
}
