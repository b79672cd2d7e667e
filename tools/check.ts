/** `npm run check`: types, lint and the programs for the hosts. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { projectFolder } from "./cache";
import { main } from "./main";
import { part, say } from "./progress";
import { run, succeeds } from "./run";

const bin = (name: string): string => join(projectFolder, "node_modules", ".bin", name);
const scripts = join(projectFolder, "components", "remote", "scripts");

main(async () => {
    await part("types", () => run(bin("tsc"), ["--noEmit"], { cwd: projectFolder }));
    await part("lint", () => run(bin("eslint"), ["."], { cwd: projectFolder }));
    if (await succeeds("shellcheck", ["--version"])) {
        const files = (await readdir(scripts)).filter((name) => name.endsWith(".sh")).map((name) => join(scripts, name));
        await part("shell scripts", () => run("shellcheck", ["--shell", "bash", ...files]));
    } else say("  - shell scripts: not checked, shellcheck is not installed");
});
