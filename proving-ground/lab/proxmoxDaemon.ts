/** The fake Proxmox API as a background process: its token, its start, and whether it answers. */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { proxmoxClient } from "../../shared/proxmox/client";
import { cgroupName } from "./cgroups";
import { readIfThere, writeAtomically } from "./files";
import { type LabInstance } from "./instance";
import { keys } from "./pki";
import { DOCUMENTED_TOKEN, IMAGE_TOKEN, SETTINGS_TOKEN } from "./proxmox/access/documented";
import { daemonPid, daemonReady, startDaemon, stopDaemon, type Daemon } from "./processes";
import { keepProxmoxVersion, playsAnother } from "./proxmoxVersion";

export function proxmoxDaemon(instance: LabInstance): Daemon {
    return {
        name: "the fake Proxmox API",
        pidFile: join(instance.directory, "proxmox", "pid"),
        logFile: join(instance.directory, "log", "proxmox.log"),
    };
}

/**
 * API tokens of an instance, by file: that of root, for what the lab does itself; that of the stacks, with the role
 * that docs/security.md prints and nothing more; and those with what the document adds for cloud images, and for
 * settings that need more.
 */
const TOKENS = {
    token: "root@pam!lab",
    "stack-token": DOCUMENTED_TOKEN,
    "image-token": IMAGE_TOKEN,
    "settings-token": SETTINGS_TOKEN,
};

/**
 * Where a token is kept: `user@realm!name=secret`, as the Proxmox provider wants it; random, and made once per
 * instance.
 */
export function proxmoxTokenFile(instance: LabInstance, file: keyof typeof TOKENS = "token"): string {
    return join(instance.directory, "proxmox", file);
}

/**
 * The privileges without any one of which something that the token's owner has asked for since the lab was made would
 * have been refused.
 */
export async function privilegesNeeded(instance: LabInstance, token: string): Promise<string[]> {
    const state = await readFile(join(instance.directory, "proxmox", "state.json"), "utf8");
    return (JSON.parse(state) as { needed: Record<string, string[]> }).needed[token] ?? [];
}

/**
 * Has the API answer, as the release of Proxmox VE that was asked for. Asked for another one than it plays, it changes
 * as at an upgrade of the nodes: VMs and tasks are still there.
 */
export async function proxmoxUp(instance: LabInstance): Promise<void> {
    for (const [file, id] of Object.entries(TOKENS)) {
        const path = proxmoxTokenFile(instance, file as keyof typeof TOKENS);
        if ((await readIfThere(path)) === undefined) await writeAtomically(path, `${id}=${randomUUID()}\n`, 0o600);
    }
    const daemon = proxmoxDaemon(instance);
    if (instance.proxmox !== undefined && (await playsAnother(instance))) {
        await stopDaemon(daemon);
        await keepProxmoxVersion(instance, instance.proxmox);
    }
    if ((await daemonPid(daemon)) === undefined) {
        await startDaemon(daemon, {
            command: process.execPath,
            args: ["--import", "tsx", join(__dirname, "proxmox/main.ts"), instance.name],
            cwd: join(__dirname, "../.."),
            cgroup: cgroupName(instance.name, "proxmox"),
        });
    }
    await daemonReady(daemon, () => proxmoxAnswers(instance), 30_000);
}

/** Whether the API answers to the lab's token over TLS that the lab's CA vouches for. */
export async function proxmoxAnswers(instance: LabInstance): Promise<boolean> {
    const token = (await readIfThere(proxmoxTokenFile(instance)))?.trim();
    if (token === undefined) return false;
    const ca = await readFile(keys(instance).caCertificate).catch(() => undefined);
    if (ca === undefined) return false;
    const endpoint = `https://${instance.gateway}:${instance.proxmoxPort}`;
    return proxmoxClient({ endpoint, token, ca, timeoutMs: 2000 })
        .call("GET", "/version", z.unknown())
        .then(
            () => true,
            () => false,
        );
}
