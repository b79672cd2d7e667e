/** Upgrades to have: a machine is offered newer versions of packages, as its distribution would one day. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { quote } from "../../components/text/quote";

/**
 * `onMachine` runs a command on it; the suffix, such as "+lab1", makes the versions newer than what was there before.
 */
export async function offerNewerPackages(
    onMachine: (command: string) => Promise<unknown>,
    suffix: string,
    packages: string[],
): Promise<void> {
    const script = await readFile(join(__dirname, "newerPackages.sh"), "utf8");
    await onMachine(["bash", "-c", script, "newer", suffix, ...packages].map(quote).join(" "));
}
