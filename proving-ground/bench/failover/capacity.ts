/**
 * Room for many machines: each needs about eight inotify instances, and Linux gives one user 128 of them by default, so
 * that the fourteenth machine on this computer would not boot. Raised while the machines of a comparison are there,
 * and put back as it was.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readIfThere, writeAtomically } from "../../lab/files";
import type { LabInstance } from "../../lab/instance";

const LIMIT = "/proc/sys/fs/inotify/max_user_instances";
const NEEDED = 1024;

const memory = (instance: LabInstance): string => join(instance.directory, "bench", "inotify-instances.before");

export async function makeRoom(instance: LabInstance): Promise<void> {
    const now = Number(await readFile(LIMIT, "utf8"));
    if (now >= NEEDED) return;
    await writeAtomically(memory(instance), String(now));
    await writeFile(LIMIT, String(NEEDED));
}

/**
 * Gives a function that restores the limit; to be asked for before the instance's folder goes, and called when
 * its machines have gone.
 */
export async function inotifyRestored(instance: LabInstance): Promise<() => Promise<void>> {
    const before = await readIfThere(memory(instance));
    return async () => {
        if (before !== undefined && Number(await readFile(LIMIT, "utf8")) === NEEDED) await writeFile(LIMIT, before);
    };
}
