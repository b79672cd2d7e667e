/** A program of one's own, in a folder of its own, that has the component as a package from a file. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { keys } from "../../../proving-ground/lab/pki";
import { pulumiVersion } from "../../../proving-ground/toolchain/versions";
import { run } from "../../../tools/run";
import { instance, type StackConfig } from "./support";

/** JavaScript, so that nothing is compiled at each run; the key is the lab's. */
const program = (args: StackConfig, outputs: readonly string[]): string => `
const { readFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");
const { HaApiLoadBalancer } = require("ha-api-load-balancer");

const privateKey = pulumi.secret(readFileSync(${JSON.stringify(keys(instance).sshKey)}, "utf8"));
const api = new HaApiLoadBalancer("kube-api", { ...${JSON.stringify(args)}, ssh: { privateKey } });
module.exports = { ${outputs.map((name) => `${name}: api.${name}`).join(", ")} };
`;

export async function makeProgram(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "Pulumi.yaml"), "name: own-program\nruntime: nodejs\nmain: index.js\n");
    await writeFile(join(folder, "package.json"), '{ "name": "own-program", "private": true }\n');
}

/** Installs a version's package as docs/own-program.md does, and makes the program export what that version has. */
export async function usePackage(
    folder: string,
    file: string,
    args: StackConfig,
    outputs: readonly string[],
): Promise<void> {
    const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
    await run("npm", ["install", ...quiet, file, `@pulumi/pulumi@${pulumiVersion()}`], { cwd: folder });
    await writeFile(join(folder, "index.js"), program(args, outputs));
}
