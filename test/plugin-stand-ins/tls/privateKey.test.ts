import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utils } from "ssh2";
import { isSecret, unknown } from "../../../plugin-stand-ins/shared/properties";
import { create, engineOf, openssl, stopAll } from "./fixture";

const kinds: { inputs: Record<string, string | number>; label: string; openssl: RegExp; ssh: string | undefined }[] = [
    { inputs: { algorithm: "RSA" }, label: "RSA PRIVATE KEY", openssl: /2048 bit/, ssh: "ssh-rsa" },
    { inputs: { algorithm: "RSA", rsaBits: 3072 }, label: "RSA PRIVATE KEY", openssl: /3072 bit/, ssh: "ssh-rsa" },
    { inputs: { algorithm: "ECDSA" }, label: "EC PRIVATE KEY", openssl: /secp224r1/, ssh: undefined },
    {
        inputs: { algorithm: "ECDSA", ecdsaCurve: "P256" },
        label: "EC PRIVATE KEY",
        openssl: /prime256v1/,
        ssh: "ecdsa-sha2-nistp256",
    },
    {
        inputs: { algorithm: "ECDSA", ecdsaCurve: "P384" },
        label: "EC PRIVATE KEY",
        openssl: /secp384r1/,
        ssh: "ecdsa-sha2-nistp384",
    },
    {
        inputs: { algorithm: "ECDSA", ecdsaCurve: "P521" },
        label: "EC PRIVATE KEY",
        openssl: /secp521r1/,
        ssh: "ecdsa-sha2-nistp521",
    },
    { inputs: { algorithm: "ED25519" }, label: "PRIVATE KEY", openssl: /ED25519/, ssh: "ssh-ed25519" },
];

describe("tls PrivateKey", () => {
    after(stopAll);

    for (const { inputs, label, openssl: description, ssh } of kinds) {
        it(`${Object.values(inputs).join(" ")} is one key in every form`, async () => {
            const key = await create("PrivateKey", inputs);
            const pem = key["privateKeyPem"]!;
            assert.ok(
                pem.startsWith(`-----BEGIN ${label}-----\n`) && pem.endsWith(`\n-----END ${label}-----\n`),
                "the PEM form is the algorithm's own",
            );
            assert.match(openssl(["pkey", "-in", "{key}", "-noout", "-text", "-check"], { key: pem }), description);
            assert.match(key["privateKeyPemPkcs8"]!, /^-----BEGIN PRIVATE KEY-----\n/);
            const der = (text: string) => createPublicKey(text).export({ type: "spki", format: "der" }).toString("hex");
            assert.equal(der(key["privateKeyPemPkcs8"]!), der(pem));
            assert.equal(der(key["publicKeyPem"]!), der(pem));
            assert.equal(
                key.id,
                createHash("sha1")
                    .update(Buffer.from(der(pem), "hex"))
                    .digest("hex"),
            );

            const forms = [
                "privateKeyOpenssh",
                "publicKeyOpenssh",
                "publicKeyFingerprintMd5",
                "publicKeyFingerprintSha256",
            ].map((name) => key[name]);
            if (ssh === undefined) return assert.deepEqual(forms, ["", "", "", ""]);
            const parsed = utils.parseKey(forms[0]!);
            assert.ok(!(parsed instanceof Error), "ssh2 reads the private key");
            assert.equal(parsed.type, ssh);
            const blob = parsed.getPublicSSH();
            assert.equal(forms[1], `${ssh} ${blob.toString("base64")}\n`);
            assert.equal(forms[2], createHash("md5").update(blob).digest("hex").match(/../g)?.join(":"));
            assert.equal(forms[3], `SHA256:${createHash("sha256").update(blob).digest("base64").replaceAll("=", "")}`);
            const privateDer = (text: string) =>
                createPrivateKey(text).export({ type: "pkcs8", format: "der" }).toString("hex");
            assert.equal(privateDer(parsed.getPrivatePEM()), privateDer(pem));
            const challenge = Buffer.from("challenge");
            const signature = parsed.sign(challenge);
            assert.ok(parsed.verify(challenge, signature) === true, "both halves of the OpenSSH form belong together");
        });
    }

    it("has an OpenSSH form that ssh-keygen reads", async function () {
        if (spawnSync("ssh-keygen", ["-?"]).error) this.skip();
        const folder = mkdtempSync(join(tmpdir(), "ha-api-tls-"));
        try {
            for (const { inputs } of kinds.filter(({ ssh }) => ssh !== undefined)) {
                const key = await create("PrivateKey", inputs);
                const file = join(folder, Object.values(inputs).join("-"));
                writeFileSync(file, key["privateKeyOpenssh"]!, { mode: 0o600 });
                assert.equal(
                    execFileSync("ssh-keygen", ["-y", "-f", file], { encoding: "utf8" }).trim(),
                    key["publicKeyOpenssh"]!.trim(),
                );
            }
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("has a public half in OpenSSH's form that fits its PEM form", async () => {
        const key = await create("PrivateKey", { algorithm: "ED25519" });
        const { x } = createPrivateKey(key["privateKeyPem"]!).export({ format: "jwk" });
        assert.equal(
            Buffer.from(key["publicKeyOpenssh"]!.split(" ")[1]!, "base64").subarray(-32).toString("base64url"),
            x,
        );
    });

    it("makes every private form secret, and no other", async () => {
        const { state } = await (await engineOf("PrivateKey")).create({ algorithm: "ED25519" });
        const secrets = Object.keys(state).filter((name) => isSecret(state[name]));
        assert.deepEqual(secrets.sort(), ["privateKeyOpenssh", "privateKeyPem", "privateKeyPemPkcs8"]);
    });

    it("shows the defaults in its state, also in a preview, where the rest is unknown", async () => {
        const { id, state } = await (await engineOf("PrivateKey")).create({ algorithm: "ED25519" }, { preview: true });
        assert.deepEqual([id, state["ecdsaCurve"], state["rsaBits"]], ["", "P224", 2048]);
        assert.deepEqual([state["privateKeyPem"], state["publicKeyOpenssh"]], [unknown, unknown]);
    });

    it("refuses algorithms and curves it does not know, and short RSA keys", async () => {
        const engine = await engineOf("PrivateKey");
        const { failures } = await engine.check({ algorithm: "DSA", ecdsaCurve: "P192", rsaBits: "2048", bits: 1 });
        assert.deepEqual(failures.map(({ property }) => property).sort(), [
            "algorithm",
            "bits",
            "ecdsaCurve",
            "rsaBits",
        ]);
        assert.deepEqual((await engine.check({})).failures, [
            { property: "algorithm", reason: "Missing required property 'algorithm'" },
        ]);
        assert.deepEqual((await engine.check({ algorithm: unknown, rsaBits: unknown })).failures, []);
        await assert.rejects(engine.create({ algorithm: "RSA", rsaBits: 1023 }), {
            message: /^rsaBits must be at least 1024/,
        });
    });

    it("is replaced by a change of any input, but not by a default that is written out", async () => {
        const engine = await engineOf("PrivateKey");
        const { state } = await engine.create({ algorithm: "ED25519" });
        assert.deepEqual((await engine.diff({ algorithm: "ED25519" }, { algorithm: "ECDSA" }, state)).replaces, [
            "algorithm",
        ]);
        assert.deepEqual(
            (await engine.diff({ algorithm: "ED25519" }, { algorithm: "ED25519", rsaBits: 4096 }, state)).replaces,
            ["rsaBits"],
        );
        assert.equal(
            (
                await engine.diff(
                    { algorithm: "ED25519" },
                    { algorithm: "ED25519", rsaBits: 2048, ecdsaCurve: "P224" },
                    state,
                )
            ).changed,
            false,
        );
    });
});
