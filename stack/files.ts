/** Files that settings point to: keys, certificates, a kubeconfig. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { refusal } from "../components/text/refusal";

/** Why a file cannot be read, by the system's error code. */
const UNREADABLE: Record<string, string> = { ENOENT: "does not exist", EACCES: "may not be read by you" };

/**
 * The text of the file that the configuration key `key` names; `otherwise` is another way to give it, for the error.
 */
export function readFileOf(key: string, file: string, otherwise = ""): string {
    if (isContent(file)) {
        throw refusal(
            `ha-api:${key}: must be the name of a file; what was given, and is not shown, is what belongs into one. ` +
                `Remove it (pulumi config rm ${key.includes(".") ? "--path " : ""}${key}), and replace the ` +
                "key if others may have seen it; " +
                (otherwise === "" ? "then name the file" : `then name the file, ${otherwise}`),
        );
    }
    const path = expand(file);
    try {
        return readFileSync(path, "utf8");
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const reason = UNREADABLE[code ?? ""] ?? "cannot be read";
        const how = `set it with: pulumi config set ${key.includes(".") ? "--path " : ""}${key} FILE`;
        throw refusal(`ha-api:${key}: the file ${path} ${reason}; ${otherwise === "" ? how : `${how}, ${otherwise}`}`);
    }
}

export function fileExists(file: string): boolean {
    return existsSync(expand(file));
}

/**
 * A key, a certificate or a kubeconfig that was pasted where its file's name belongs: it must not get into a message.
 */
export function isContent(file: string): boolean {
    return /[\r\n\0]|-----BEGIN|PRIVATE KEY|apiVersion:/.test(file);
}

/** `~` is the home folder; a relative path starts at the project. */
function expand(file: string): string {
    if (file.startsWith("~/")) return join(homedir(), file.slice(2));
    return isAbsolute(file) ? file : resolve(file);
}
