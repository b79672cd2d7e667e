/** `npm run format`: writes the code as `npm run check` wants it. */
import { chmod, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkers, noCheckers } from "../../test/checkers";
import { projectFolder } from "../cache";
import { commandLine } from "../commandLine";
import { main } from "../main";
import { part, say } from "../progress";
import { run } from "../run";
import { formattedPrograms } from "./hostPrograms";

const line = commandLine({
    call: "npm run format --",
    about:
        "Writes this project's code as `npm run check` wants it: TypeScript by Prettier, programs in shell by shfmt " +
        "and those in Perl by perltidy (the latter two as root only: they run in a root file system of the lab).",
    options: {},
    statuses: { 0: "the code is formatted" },
    examples: ["npm run format"],
});

main(async () => {
    line.read(process.argv.slice(2));
    const prettier = join(projectFolder, "node_modules/.bin/prettier");
    await part("TypeScript", () => run(prettier, ["--write", "--log-level", "warn", "."], { cwd: projectFolder }));
    const need = noCheckers();
    if (need === false) await part("shell and Perl", formatPrograms);
    else say(`  - shell and Perl: not formatted; ${need}`);
});

async function formatPrograms(): Promise<void> {
    const [checker] = await checkers();
    for (const { name, text, formatted } of await formattedPrograms(checker!)) {
        if (formatted === text) continue;
        const path = join(projectFolder, name);
        const { mode } = await stat(path);
        await writeFile(`${path}.new`, formatted);
        await chmod(`${path}.new`, mode);
        await rename(`${path}.new`, path);
    }
}
