/** Every script of package.json that a person types: explains itself, and does nothing when it is misspelt. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";

const { scripts } = JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
};

/** What npm itself runs when the package is installed or packed; they take no arguments. */
const OF_NPM = ["build", "prepare"];

/** Commands with commands of their own. */
const WITHIN: Record<string, string[]> = { bench: ["failover", "false-failover", "report", "down"] };

const commands = Object.keys(scripts)
    .filter((name) => !OF_NPM.includes(name))
    .flatMap((name) => [[name], ...(WITHIN[name] ?? []).map((within) => [name, within])]);

interface Ended {
    status: number;
    stdout: string;
    stderr: string;
}

/**
 * As npm runs it, with arguments after `--`. A PATH on which nothing can be found: whatever it would start, it cannot.
 */
function run([script, ...words]: string[]): Promise<Ended> {
    const [node, ...program] = scripts[script!]!.split(" ");
    assert.equal(node, "node", `the script ${script} begins with "${node}"`);
    const options = { cwd: projectFolder, env: { ...process.env, PATH: "/nonexistent" }, timeout: 100_000 };
    return new Promise((resolve) =>
        execFile(process.execPath, [...program, ...words], options, (error, stdout, stderr) => {
            resolve({ status: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
        }),
    );
}

describe("a command", function () {
    this.timeout(120_000);
    assert.ok(commands.length > 15, commands.join("\n"));

    for (const command of commands) {
        it(
            `npm run ${command.join(" -- ")} explains itself when asked, on standard output and with 0, and ` +
                "refuses a word it does not know",
            async () => {
                const [help, unknown] = await Promise.all([
                    run([...command, "--help"]),
                    run([...command, "--no-such-option"]),
                ]);
                assert.deepEqual([help.status, help.stderr], [0, ""]);
                assert.match(help.stdout, /^.+\n[\s\S]*\nUsage: npm (run|test)/);
                assert.match(help.stdout, /\nExit status:\n {2}0 [\s\S]*\n {2}2 [\s\S]*\n\nExamples?:\n {2}\S/);
                for (const [, , about] of help.stdout.matchAll(/^ {2}(--\S+ \S+) {2,}((?:.|\n {6})*)/gm)) {
                    assert.match(
                        about!.replace(/\s+/g, " "),
                        /\(default: |without it|where (to write )?it/i,
                        "an option says what happens without it",
                    );
                }
                assert.equal(unknown.status, 2);
                assert.equal(unknown.stdout, "");
                assert.match(
                    unknown.stderr,
                    /^\n {2}- there is no option --no-such-option\n[\s\S]*Nothing was done\. Usage: npm .*\nMore: npm .* --help\n$/,
                );
            },
        );
    }
});
