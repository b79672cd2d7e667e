/** The daemon: `tsx lab/proxmox/main.ts <instance>` serves the Proxmox API of that instance until it gets SIGTERM. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nspawnHypervisor } from "../hypervisor/nspawn";
import { labInstance } from "../instance";
import { proxmoxVersionOf } from "../proxmoxVersion";
import { releaseOf } from "../release";
import { UserError } from "../../../tools/run";
import { labCommands, storageCommands } from "./access/documented";
import { startFakeProxmox } from "./server";

/** Port of the site that serves the lab's cloud images. */
const IMAGE_PORT = 8007;

function log(line: string): void {
    process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

async function main(name: string | undefined): Promise<void> {
    if (name === undefined) throw new UserError("Usage: tsx lab/proxmox/main.ts <instance name>");
    const instance = labInstance(name);
    const read = (...path: string[]): string => readFileSync(join(instance.directory, ...path), "utf8");
    const version = await proxmoxVersionOf(instance);
    const server = await startFakeProxmox({
        host: instance.gateway,
        port: instance.proxmoxPort,
        imagePort: IMAGE_PORT,
        tls: { key: read("pki", "proxmox.key"), cert: read("pki", "proxmox.crt") },
        tokens: ["token", "stack-token", "image-token"].map((file) => read("proxmox", file).trim()),
        commands: [...labCommands(), ...storageCommands(version)],
        directory: join(instance.directory, "proxmox"),
        hypervisor: nspawnHypervisor(instance),
        release: await releaseOf(instance),
        version,
        log,
    });
    log(`serving https://${instance.gateway}:${server.port}`);
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
        process.once(signal, () => {
            // Without waiting for tasks: the next start shows them as failed.
            void server.close().finally(() => process.exit(0));
        });
    }
}

main(process.argv[2]).catch((error: unknown) => {
    if (error instanceof UserError) log(error.message);
    else log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
});
