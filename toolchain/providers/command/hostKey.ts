import { createHash } from "node:crypto";

/** A server's public key: its type, and the bytes that the server presents. */
export interface HostKey {
    type: string;
    blob: Buffer;
}

/** Reads the first key of a text in the authorized_keys format: options, if any, then the type, the key and a comment. */
export function parseHostKey(text: string): HostKey {
    for (const line of text.split(/\r?\n/)) {
        if (/^\s*(#|$)/.test(line)) continue;
        const fields = line.trim().split(/\s+/);
        for (const [index, type] of fields.entries()) {
            const blob = Buffer.from(fields[index + 1] ?? "", "base64");
            // A key's bytes begin with its type, which tells the type from an option or a comment that looks like one.
            if (blob.length > 4 && blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1") === type) return { type, blob };
        }
    }
    throw new Error("failed to parse host key: ssh: no key found");
}

/** The form in which ssh and ssh-keygen show a key. */
export function fingerprint(blob: Buffer): string {
    return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}
