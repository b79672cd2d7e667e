/** The few file operations the lab repeats everywhere. */
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** The file's text, or undefined when there is no such file. */
export async function readIfThere(path: string): Promise<string | undefined> {
    try {
        return await readFile(path, "utf8");
    } catch (error) {
        // ESRCH and ENODEV are how files of /proc and /sys/fs/cgroup say that their process or group has just gone.
        if (["ENOENT", "ENOTDIR", "ESRCH", "ENODEV"].includes((error as NodeJS.ErrnoException).code ?? ""))
            return undefined;
        throw error;
    }
}

/**
 * Writes a file so that a reader, or a crash, sees the old text or the new one and nothing in between. Makes its
 * folder.
 */
export async function writeAtomically(path: string, text: string, mode = 0o644): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    const draft = `${path}.${randomUUID()}.new`;
    await writeFile(draft, text, { mode });
    await rename(draft, path);
}
