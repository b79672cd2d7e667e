/**
 * The language host that is built where no official one can be had is too old to start policy packs (RunPlugin). For a
 * runtime without a language host the engine starts a program of that name in the pack's folder, as hosts start packs:
 * so the pack itself is the same.
 */
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";

/** Has a pack started by that program. */
export async function startedHere(pack: string): Promise<void> {
    const file = join(pack, "PulumiPolicy.yaml");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("runtime: nodejs", `runtime: ${POLICY_RUNTIME}`));
}

/** For PulumiPolicy.yaml: `runtime: checkout`. */
export const POLICY_RUNTIME = "checkout";

/** Puts the program into `bin`, a folder that is on PATH. `pack`: where it is, if not where the engine starts it. */
export async function makePolicyHost(bin: string, pack = "."): Promise<void> {
    const program = join(bin, `pulumi-analyzer-policy-${POLICY_RUNTIME}`);
    const run = join(projectFolder, "node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js");
    await writeFile(program, `#!/bin/sh\ncd '${pack}' && exec '${process.execPath}' '${run}' "$1" .\n`);
    await chmod(program, 0o755);
}
