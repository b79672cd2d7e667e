import { type HostKey, parseHostKey as parseKeyLine } from "../../components/ssh/keys";

export { fingerprint, type HostKey } from "../../components/ssh/keys";

/**
 * Reads the first key of a text in the authorized_keys format: options, if any, then the type, the key and a comment.
 */
export function parseHostKey(text: string): HostKey {
    for (const line of text.split(/\r?\n/)) {
        if (/^\s*(#|$)/.test(line)) continue;
        const fields = line.trim().split(/\s+/);
        for (const [index, type] of fields.entries()) {
            const key = parseKeyLine(`${type} ${fields[index + 1] ?? ""}`);
            if (key !== undefined) return key;
        }
    }
    throw new Error("failed to parse host key: ssh: no key found");
}
