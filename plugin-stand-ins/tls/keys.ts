import { createHash, createPrivateKey, type KeyObject, sign as signBytes } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import { decodePem } from "./pem";

export type Algorithm = "RSA" | "ECDSA" | "ED25519";

const algorithms: Record<string, Algorithm> = { rsa: "RSA", ec: "ECDSA", ed25519: "ED25519" };

/** The PEM types of private keys, and what Node calls the forms inside. */
const forms: Record<string, "pkcs1" | "sec1" | "pkcs8"> = {
    "RSA PRIVATE KEY": "pkcs1",
    "EC PRIVATE KEY": "sec1",
    "PRIVATE KEY": "pkcs8",
};

/** A private key, and what the resources call its algorithm. */
export interface SigningKey {
    key: KeyObject;
    algorithm: Algorithm;
}

/** Reads a private key in one of the forms that PrivateKey and openssl write. The errors hold nothing of the key. */
export function readPrivateKey(property: string, pem: string): SigningKey {
    const block = decodePem(pem);
    const type = forms[block?.label ?? ""];
    if (block === undefined || type === undefined) {
        throw new Error(`${property} must be a PEM text of type "${Object.keys(forms).join('" or "')}"`);
    }
    let key: KeyObject;
    try {
        key = createPrivateKey({ key: block.der, format: "der", type });
    } catch {
        throw new Error(`${property} is not a valid private key`);
    }
    const algorithm = algorithms[key.asymmetricKeyType ?? ""];
    if (algorithm === undefined)
        throw new Error(`${property} is a key of type ${key.asymmetricKeyType}; it must be RSA, ECDSA or ED25519`);
    return { key, algorithm };
}

/** A hash as strong as the curve it is used with, as Go chooses it. */
const curveHashes: Record<string, { hash: string; oid: string }> = {
    secp384r1: { hash: "sha384", oid: "1.2.840.10045.4.3.3" },
    secp521r1: { hash: "sha512", oid: "1.2.840.10045.4.3.4" },
};

/** How a key signs: the hash for Node, the algorithm's name for the certificate. */
function signatureOf({ key, algorithm }: SigningKey): { hash: string | null; identifier: AlgorithmIdentifier } {
    if (algorithm === "ED25519")
        return { hash: null, identifier: new AlgorithmIdentifier({ algorithm: "1.3.101.112" }) };
    if (algorithm === "RSA") {
        return {
            hash: "sha256",
            identifier: new AlgorithmIdentifier({ algorithm: "1.2.840.113549.1.1.11", parameters: null }),
        };
    }
    const { hash, oid } = curveHashes[key.asymmetricKeyDetails?.namedCurve ?? ""] ?? {
        hash: "sha256",
        oid: "1.2.840.10045.4.3.2",
    };
    return { hash, identifier: new AlgorithmIdentifier({ algorithm: oid }) };
}

export const signatureAlgorithm = (key: SigningKey): AlgorithmIdentifier => signatureOf(key).identifier;

export function sign(bytes: ArrayBuffer, key: SigningKey): ArrayBuffer {
    return toArrayBuffer(signBytes(signatureOf(key).hash, Buffer.from(bytes), key.key));
}

/** The public half, in the form that certificates hold it. */
export function publicKeyInfo(publicKey: KeyObject): SubjectPublicKeyInfo {
    return AsnConvert.parse(publicKey.export({ type: "spki", format: "der" }), SubjectPublicKeyInfo);
}

/**
 * A key's identifier: SHA-1 over the key's bits, as RFC 5280 has it; over Ed25519's bits the official provider puts an
 * ASN.1 header.
 */
export function subjectKeyId({ algorithm, subjectPublicKey }: SubjectPublicKeyInfo): ArrayBuffer {
    const bits = Buffer.from(subjectPublicKey);
    const header = algorithm.algorithm === "1.3.101.112" ? Buffer.from([4, bits.length]) : Buffer.alloc(0);
    return toArrayBuffer(createHash("sha1").update(header).update(bits).digest());
}

/** A copy that shares no memory with Node's pool of buffers. */
export function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
    return new Uint8Array(bytes).buffer;
}
