import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { openSshPrivateKey, openSshPublicKey } from "../../components/ssh/openSsh";
import { type Properties, secret } from "../shared/properties";
import { type Inputs } from "./inputs";
import { type Algorithm } from "./keys";
import { tlsResource } from "./resource";

/** The curves of ECDSA keys, with OpenSSL's names. */
const curves: Record<string, string> = { P224: "secp224r1", P256: "prime256v1", P384: "secp384r1", P521: "secp521r1" };

const inputs: Inputs = {
    algorithm: { kind: "string", required: true, oneOf: ["RSA", "ECDSA", "ED25519"], change: "replace" },
    ecdsaCurve: { kind: "string", default: "P224", oneOf: Object.keys(curves), change: "replace" },
    rsaBits: { kind: "number", default: 2048, change: "replace" },
};

interface Settings {
    algorithm: Algorithm;
    ecdsaCurve: string;
    rsaBits: number;
}

/** `tls:index/privateKey:PrivateKey`: a new key pair in every form it may be wanted in. */
export const privateKey = tlsResource<Settings>({
    inputs,
    outputs: [
        "privateKeyOpenssh",
        "privateKeyPem",
        "privateKeyPemPkcs8",
        "publicKeyFingerprintMd5",
        "publicKeyFingerprintSha256",
        "publicKeyOpenssh",
        "publicKeyPem",
    ],
    make: (settings) => {
        const key = generate(settings);
        const publicKey = createPublicKey(key);
        const id = createHash("sha1")
            .update(publicKey.export({ type: "spki", format: "der" }))
            .digest("hex");
        return { id, outputs: { ...privateForms(key), ...publicForms(publicKey) } };
    },
});

function generate({ algorithm, ecdsaCurve, rsaBits }: Settings): KeyObject {
    switch (algorithm) {
        case "RSA":
            if (rsaBits < 1024) throw new Error("rsaBits must be at least 1024: a shorter key is not safe");
            return generateKeyPairSync("rsa", { modulusLength: rsaBits }).privateKey;
        case "ECDSA":
            return generateKeyPairSync("ec", { namedCurve: curves[ecdsaCurve]! }).privateKey;
        case "ED25519":
            return generateKeyPairSync("ed25519").privateKey;
    }
}

/** Every algorithm's own PEM form, PKCS #8, and OpenSSH's, which is empty for curve P224, as SSH does not know it. */
function privateForms(key: KeyObject): Properties {
    const pkcs8 = key.export({ type: "pkcs8", format: "pem" }).toString();
    const own = { rsa: "pkcs1", ec: "sec1" } as Record<string, "pkcs1" | "sec1">;
    const type = own[key.asymmetricKeyType ?? ""];
    return {
        privateKeyOpenssh: secret(openSshPrivateKey(key) ?? ""),
        privateKeyPem: secret(
            type === undefined
                ? pkcs8
                : key.export({ type, format: "pem" } as { type: "pkcs1"; format: "pem" }).toString(),
        ),
        privateKeyPemPkcs8: secret(pkcs8),
    };
}

function publicForms(key: KeyObject): Properties {
    const ssh = openSshPublicKey(key);
    // The type is also the first field of the key itself.
    const type = ssh?.subarray(4, 4 + ssh.readUInt32BE()).toString();
    return {
        publicKeyFingerprintMd5: ssh
            ? createHash("md5")
                  .update(ssh)
                  .digest("hex")
                  .replace(/..(?=.)/g, "$&:")
            : "",
        publicKeyFingerprintSha256: ssh
            ? `SHA256:${createHash("sha256").update(ssh).digest("base64").replace(/=+$/, "")}`
            : "",
        publicKeyOpenssh: ssh ? `${type} ${ssh.toString("base64")}\n` : "",
        publicKeyPem: key.export({ type: "spki", format: "pem" }).toString(),
    };
}
