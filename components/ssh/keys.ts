/** SSH keys as people and other programs write them, in the forms the SSH client takes. */
import { createHash, createPrivateKey, type KeyObject } from "node:crypto";
import { openSshPrivateKey } from "./openSsh";

/** A server's public key: its type, and the bytes that the server presents. */
export interface HostKey {
    type: string;
    blob: Buffer;
}

/** Reads a public key line, `ssh-ed25519 AAAA...`; undefined when it is none. */
export function parseHostKey(line: string): HostKey | undefined {
    const [type = "", key = ""] = line.trim().split(/\s+/);
    const blob = Buffer.from(key, "base64");
    // A key's bytes begin with its type, so that a line of anything else is noticed.
    return blob.length > 4 && blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1") === type
        ? { type, blob }
        : undefined;
}

/** The form in which ssh and ssh-keygen show a key. */
export function fingerprint(blob: Buffer): string {
    return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/**
 * The key in a form that ssh2 reads: it does not know PKCS #8 ("BEGIN PRIVATE KEY", what openssl and tls.PrivateKey
 * make). Throws on what is no key.
 */
export function readablePrivateKey(text: string): string {
    if (!text.includes("-----BEGIN PRIVATE KEY-----")) return text;
    const key = fromPkcs8(text);
    switch (key.asymmetricKeyType) {
        case "rsa":
            return key.export({ type: "pkcs1", format: "pem" }).toString();
        case "ec":
            return key.export({ type: "sec1", format: "pem" }).toString();
        case "ed25519":
            return openSshPrivateKey(key)!; // the only format that ssh2 reads an Ed25519 key from
        default:
            throw new Error(`${key.asymmetricKeyType ?? "unknown"} is not a key type of SSH`);
    }
}

/** Node's own reason speaks of decoders, and may quote what it read. */
function fromPkcs8(text: string): KeyObject {
    try {
        return createPrivateKey(text);
    } catch {
        throw new Error("it is not a valid PKCS #8 key");
    }
}
