/** The environment in which `pulumi` works on the lab: its toolchain, its own backend, and the lab's credentials. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";
import { ensureToolchain } from "../toolchain";
import type { LabInstance } from "./instance";
import { proxmoxTokenFile } from "./proxmoxDaemon";

export type Environment = Record<string, string>;

export async function labEnvironment(instance: LabInstance): Promise<Environment> {
    const toolchain = await ensureToolchain();
    const backend = join(instance.directory, "pulumi");
    await mkdir(backend, { recursive: true });
    return {
        ...toolchain.environment,
        NODE_OPTIONS: [process.env["NODE_OPTIONS"], `--require=${join(projectFolder, "tools", "quickStart.cjs")}`]
            .filter(Boolean)
            .join(" "),
        PULUMI_BACKEND_URL: `file://${backend}`,
        PULUMI_STACK: instance.name,
        // Protects nothing: the lab's only secrets are made for the lab and go with it.
        PULUMI_CONFIG_PASSPHRASE: "lab",
        PROXMOX_VE_API_TOKEN: (await readFile(proxmoxTokenFile(instance, "stack-token"), "utf8")).trim(),
    };
}
