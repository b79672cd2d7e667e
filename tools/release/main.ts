/** `npm run release:check`: whether this commit can be tagged as the version that package.json has. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { STACKS } from "../../test/upgrade/stacks";
import { VERSIONS } from "../../test/upgrade/versions";
import { projectFolder } from "../cache";
import { commandLine } from "../commandLine";
import { main } from "../main";
import { Finding, run } from "../run";
import { disagreements, unfinished } from "./agree";

const line = commandLine({
    call: "npm run release:check --",
    about:
        "Tells whether this commit can be released as the version in package.json: that version everywhere, notes " +
        "with its date, its recorded states, an upgrade test from each version before, nothing uncommitted, and no " +
        "such tag elsewhere. It runs no test.",
    options: {},
    statuses: { 0: "it can, once .ci/run is green", 1: "something is missing; each line says what" },
    examples: ["npm run release:check"],
});

const git = async (...args: string[]): Promise<string> => (await run("git", args, { cwd: projectFolder })).trim();

main(async () => {
    line.read(process.argv.slice(2));
    const read = (path: string): string => readFileSync(join(projectFolder, path), "utf8");
    const checkout = {
        read,
        exists: (path: string) => existsSync(join(projectFolder, path)),
        upgradedFrom: VERSIONS.map(({ version }) => version),
        stacks: Object.keys(STACKS),
    };
    const { version } = JSON.parse(read("package.json")) as { version: string };
    const problems = [...disagreements(checkout), ...unfinished(checkout), ...(await inGit(`v${version}`))];
    for (const problem of problems) process.stdout.write(`- ${problem}\n`);
    if (problems.length > 0) throw new Finding(`${version} cannot be released like this.`);
    process.stdout.write(
        `${version} is consistent. When .ci/run is green here: git tag --annotate v${version}, npm pack.\n`,
    );
});

async function inGit(tag: string): Promise<string[]> {
    const [changes, head, tagged] = await Promise.all([
        git("status", "--porcelain"),
        git("rev-parse", "HEAD"),
        git("rev-parse", "--verify", "--quiet", `${tag}^{commit}`).catch(() => ""),
    ]);
    return [
        ...(changes === "" ? [] : [`there are changes that are not committed: ${changes.replace(/\s*\n\s*/g, ", ")}`]),
        ...(tagged === "" || tagged === head ? [] : [`the tag ${tag} is on another commit, ${tagged}`]),
    ];
}
