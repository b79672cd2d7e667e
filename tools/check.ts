/** `npm run check`: types, lint and the programs for the hosts. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { projectFolder } from "./cache";
import { commandLine } from "./commandLine";
import { main } from "./main";
import { part, say } from "./progress";
import { Finding, run, succeeds, UserError } from "./run";

const bin = (name: string): string => join(projectFolder, "node_modules", ".bin", name);
const scripts = join(projectFolder, "components", "remote", "scripts");

const line = commandLine({
    call: "npm run check --",
    about: "Checks this project's own code: types, lint, and the shell programs for the hosts where shellcheck is installed.",
    options: {},
    statuses: { 0: "nothing was found", 1: "something was, and is shown; what comes after it was not checked" },
    examples: ["npm run check"],
});

main(async () => {
    line.read(process.argv.slice(2));
    try {
        await part("types", () => run(bin("tsc"), ["--noEmit"], { cwd: projectFolder }));
        await part("lint", () => run(bin("eslint"), ["."], { cwd: projectFolder }));
        if (await succeeds("shellcheck", ["--version"])) {
            const files = (await readdir(scripts)).filter((name) => name.endsWith(".sh")).map((name) => join(scripts, name));
            await part("shell scripts", () => run("shellcheck", ["--shell", "bash", ...files]));
        } else say("  - shell scripts: not checked, shellcheck is not installed");
    } catch (error) {
        throw error instanceof UserError ? new Finding(error.message) : error;
    }
});
