import { createPrivateKey, type KeyObject } from "node:crypto";
import { type utils } from "ssh2";
import { openSshPrivateKey } from "../shared/openSsh";

/**
 * Makes sure a private key can be used, and returns it in a form that ssh2 reads. The official plugin also takes PKCS #8
 * ("BEGIN PRIVATE KEY", what tls.PrivateKey and openssl make), which ssh2 does not.
 */
export function readPrivateKey(text: string, password: string | undefined, ssh: typeof utils): string {
    const usable = /-----BEGIN PRIVATE KEY-----/.test(text) ? fromPkcs8(text) : text;
    const parsed = ssh.parseKey(usable, password);
    // The reasons of ssh2 are about the format and the password; they hold nothing of the key.
    if (parsed instanceof Error) throw new Error(`connection.privateKey cannot be used: ${parsed.message}`);
    return usable;
}

function fromPkcs8(text: string): string {
    let key: KeyObject;
    try {
        key = createPrivateKey(text);
    } catch {
        throw new Error("connection.privateKey cannot be used: it is not a valid PKCS #8 key");
    }
    switch (key.asymmetricKeyType) {
        case "rsa":
            return key.export({ type: "pkcs1", format: "pem" }).toString();
        case "ec":
            return key.export({ type: "sec1", format: "pem" }).toString();
        case "ed25519":
            return openSshPrivateKey(key) ?? ""; // the only format that ssh2 reads an Ed25519 key from
        default:
            throw new Error(`connection.privateKey cannot be used: ${key.asymmetricKeyType ?? "unknown"} is not a key type of SSH`);
    }
}
