/** `npm run check`: types, lint and the programs for the hosts. */
import { join } from "node:path";
import { noCheckers } from "../../test/checkers";
import { projectFolder } from "../cache";
import { commandLine } from "../commandLine";
import { derivedFiles } from "../generate/derived";
import { checkPrograms } from "./hostPrograms";
import { main } from "../main";
import { part, say } from "../progress";
import { Finding, run, UserError } from "../run";

const bin = (name: string): string => join(projectFolder, "node_modules", ".bin", name);

const line = commandLine({
    call: "npm run check --",
    about:
        "Checks this project's own code: types, lint, files that `npm run generate` writes, and all programs " +
        "in shell and Perl (the latter as root only: their linters run in a root file system of the lab).",
    options: {},
    statuses: { 0: "nothing was found", 1: "something was, and is shown; what comes after it was not checked" },
    examples: ["npm run check"],
});

main(async () => {
    line.read(process.argv.slice(2));
    try {
        await part("types", () => run(bin("tsc"), ["--noEmit"], { cwd: projectFolder }));
        await part("lint", () => run(bin("eslint"), ["."], { cwd: projectFolder }));
        await part("format", () => run(bin("prettier"), ["--check", "--log-level=warn", "."], { cwd: projectFolder }));
        await part("generated files", () => Promise.resolve(refuseStale()));
        const need = noCheckers();
        if (need === false) await part("shell and Perl", checkPrograms);
        else say(`  - shell and Perl: not checked; ${need}`);
    } catch (error) {
        throw error instanceof UserError ? new Finding(error.message) : error;
    }
});

/** Those that do not follow from the declarations any more. */
function refuseStale(): void {
    const stale = derivedFiles().filter(({ now, wanted }) => now !== wanted);
    if (stale.length === 0) return;
    const names = stale.map(({ path }) => path).join(", ");
    throw new UserError(`${names}: not what the declarations say; write what follows from them: npm run generate`);
}
