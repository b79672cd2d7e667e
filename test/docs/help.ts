/** What `--help` of a script says; for a command within one, its name too. */
import { run } from "../../tools/run";
import { projectFolder } from "../../tools/cache";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const { scripts } = JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
};

const asked = new Map<string, Promise<string>>();

/** Each is asked once in each process: it takes a second. */
export function helpOf([script, ...within]: string[]): Promise<string> {
    const key = [script, ...within].join(" ");
    const [, ...program] = scripts[script!]!.split(" ");
    const before = asked.get(key) ?? run(process.execPath, [...program, ...within, "--help"], { cwd: projectFolder });
    asked.set(key, before);
    return before;
}
