/** What `npm run check` looks for: types, lint, format, stale generated files, and the programs for the hosts. */
import { join } from "node:path";
import { noCheckers } from "../../test/checkers";
import { projectFolder } from "../cache";
import { derivedFiles } from "../generate/derived";
import { part, say } from "../progress";
import { Finding, run, UserError } from "../run";
import { checkPrograms } from "./hostPrograms";

const bin = (name: string): string => join(projectFolder, "node_modules", ".bin", name);

/** Throws a Finding with the first thing that is wrong; what comes after it is not checked. */
export async function checkProject(): Promise<void> {
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
}

/** Those that do not follow from the declarations any more. */
function refuseStale(): void {
    const stale = derivedFiles().filter(({ now, wanted }) => now !== wanted);
    if (stale.length === 0) return;
    const names = stale.map(({ path }) => path).join(", ");
    throw new UserError(`${names}: not what the declarations say; write what follows from them: npm run generate`);
}
