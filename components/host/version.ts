/** The version of this project, as its package.json has it: in the sources, and in the package that is made of them. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const VERSION = versionAbove(__dirname);

function versionAbove(folder: string): string {
    const file = join(folder, "package.json");
    if (!existsSync(file)) return versionAbove(dirname(folder));
    return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
