import { createPrivateKey, type KeyObject } from "node:crypto";
import { type utils } from "ssh2";

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
            return openSshEd25519(key);
        default:
            throw new Error(`connection.privateKey cannot be used: ${key.asymmetricKeyType ?? "unknown"} is not a key type of SSH`);
    }
}

/** OpenSSH's own format (PROTOCOL.key): the only one that ssh2 reads an Ed25519 key from. */
function openSshEd25519(key: KeyObject): string {
    const { d = "", x = "" } = key.export({ format: "jwk" });
    const seed = Buffer.from(d, "base64url");
    const publicKey = Buffer.from(x, "base64url");
    const type = field(Buffer.from("ssh-ed25519"));
    const publicBlob = Buffer.concat([type, field(publicKey)]);
    const check = Buffer.alloc(8); // two equal numbers, by which a reader sees that it decrypted the rest
    const secretPart = Buffer.concat([check, type, field(publicKey), field(Buffer.concat([seed, publicKey])), field(Buffer.alloc(0))]);
    const padding = Buffer.from(Array.from({ length: (8 - (secretPart.length % 8)) % 8 }, (_, index) => index + 1));
    const whole = Buffer.concat([
        Buffer.from("openssh-key-v1\0"),
        field(Buffer.from("none")), // cipher
        field(Buffer.from("none")), // key derivation
        field(Buffer.alloc(0)), // its options
        Buffer.from([0, 0, 0, 1]), // number of keys
        field(publicBlob),
        field(Buffer.concat([secretPart, padding])),
    ]);
    const lines = whole.toString("base64").replace(/.{70}/g, "$&\n");
    return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

/** SSH's string: the length, then the bytes. */
function field(bytes: Buffer): Buffer {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
}
