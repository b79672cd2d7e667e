/** Kernel settings that labs share: changed while any instance is up, afterwards as they were before. */
import { rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { withLock } from "../../tools/lock";
import { run } from "../../tools/run";
import { readIfThere, writeAtomically } from "./files";
import { BRIDGE_PREFIX, type LabInstance } from "./instance";

/** Routing between the lab and the outside. */
export const FORWARDING = "/proc/sys/net/ipv4/ip_forward";

/**
 * How many inotify instances root may have, in all machines together. Kubernetes' programs have many each; machines
 * that get none any more do not boot.
 */
export const WATCHERS = "/proc/sys/fs/inotify/max_user_instances";

/** What was there before the first instance; beside the instances' folders because it belongs to all of them. */
function memory(instance: LabInstance, setting: string): string {
    return join(instance.directory, "..", `${basename(setting)}.before`);
}

/** Makes it at least this, until no lab is up any more. */
export async function raise(instance: LabInstance, setting: string, value: number): Promise<void> {
    await withLock(basename(setting), async () => {
        const now = ((await readIfThere(setting)) ?? "").trim();
        if (Number(now) >= value) return;
        await writeAtomically(memory(instance, setting), `${now} ${await bootId()}\n`);
        await writeFile(setting, String(value));
    });
}

/** Puts it back, unless another lab is up. */
export async function putBack(instance: LabInstance, setting: string): Promise<void> {
    await withLock(basename(setting), async () => {
        if ((await labBridges()).some((bridge) => bridge !== instance.bridge)) return;
        const [before, boot] = ((await readIfThere(memory(instance, setting))) ?? "").trim().split(" ");
        // After a reboot it is as the machine's own settings have it, and none of our business.
        if (before !== undefined && before !== "" && boot === (await bootId())) await writeFile(setting, before);
        await rm(memory(instance, setting), { force: true });
    });
}

/** Bridges of all labs that are up: another checkout may have instances this one does not know. */
async function labBridges(): Promise<string[]> {
    const links = JSON.parse((await run("ip", ["-j", "link", "show", "type", "bridge"])) || "[]") as {
        ifname?: string;
    }[];
    return links.flatMap(({ ifname }) => (ifname?.startsWith(BRIDGE_PREFIX) ? [ifname] : []));
}

async function bootId(): Promise<string> {
    return ((await readIfThere("/proc/sys/kernel/random/boot_id")) ?? "").trim();
}
