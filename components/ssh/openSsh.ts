import { type KeyObject } from "node:crypto";

/** SSH's names of the curves it knows, by the names in a JSON web key. */
const curves: Record<string, string> = { "P-256": "nistp256", "P-384": "nistp384", "P-521": "nistp521" };

/** What SSH writes of a key: its public part, and what follows it in the private form. */
interface Fields {
    publicKey: Buffer[];
    privateKey: Buffer[];
}

/**
 * The public key as SSH sends it, which is also what its fingerprints are of; undefined for a key that SSH has no name
 * for.
 */
export function openSshPublicKey(key: KeyObject): Buffer | undefined {
    const fields = fieldsOf(key);
    return fields && Buffer.concat(fields.publicKey);
}

/**
 * A private key in OpenSSH's own format (PROTOCOL.key), without a password; undefined for a key that SSH has no name
 * for.
 */
export function openSshPrivateKey(key: KeyObject): string | undefined {
    const fields = fieldsOf(key);
    if (fields === undefined) return undefined;
    const check = Buffer.alloc(8); // two equal numbers, by which a reader sees that it decrypted the rest
    const comment = text("");
    const secretPart = Buffer.concat([check, ...fields.privateKey, comment]);
    const padding = Buffer.from(Array.from({ length: (8 - (secretPart.length % 8)) % 8 }, (_, index) => index + 1));
    const whole = Buffer.concat([
        Buffer.from("openssh-key-v1\0"),
        text("none"), // cipher
        text("none"), // key derivation
        text(""), // its options
        Buffer.from([0, 0, 0, 1]), // number of keys
        field(Buffer.concat(fields.publicKey)),
        field(Buffer.concat([secretPart, padding])),
    ]);
    const lines = whole.toString("base64").match(/.{1,70}/g) ?? [];
    return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join("\n")}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function fieldsOf(key: KeyObject): Fields | undefined {
    // Asked first, because Node cannot export every curve as a JSON web key.
    const curve = key.asymmetricKeyDetails?.namedCurve;
    if (curve !== undefined && !["prime256v1", "secp384r1", "secp521r1"].includes(curve)) return undefined;
    const jwk = key.export({ format: "jwk" });
    const part = (value: string | undefined) => Buffer.from(value ?? "", "base64url");
    switch (jwk.kty) {
        case "RSA": {
            const type = text("ssh-rsa");
            const [n, e, d, qi, p, q] = [jwk.n, jwk.e, jwk.d, jwk.qi, jwk.p, jwk.q].map((value) => number(part(value)));
            return { publicKey: [type, e!, n!], privateKey: [type, n!, e!, d!, qi!, p!, q!] };
        }
        case "EC": {
            const name = curves[jwk.crv ?? ""]!;
            const point = field(Buffer.concat([Buffer.from([4]), part(jwk.x), part(jwk.y)])); // 4: not compressed
            const publicKey = [text(`ecdsa-sha2-${name}`), text(name), point];
            return { publicKey, privateKey: [...publicKey, number(part(jwk.d))] };
        }
        case "OKP": {
            if (jwk.crv !== "Ed25519") return undefined;
            const publicKey = [text("ssh-ed25519"), field(part(jwk.x))];
            return { publicKey, privateKey: [...publicKey, field(Buffer.concat([part(jwk.d), part(jwk.x)]))] };
        }
        default:
            return undefined;
    }
}

/** SSH's string: the length, then the bytes. */
function field(bytes: Buffer): Buffer {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
}

function text(value: string): Buffer {
    return field(Buffer.from(value));
}

/** SSH's positive integer: no more leading zeros than the sign needs. */
function number(bytes: Buffer): Buffer {
    const start = bytes.findIndex((byte) => byte !== 0);
    const digits = start < 0 ? Buffer.alloc(0) : bytes.subarray(start);
    return field((digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits);
}
