import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import { allowedUses } from "../../../plugin-stand-ins/tls/allowedUses";
import { create, engineOf, extension, newKey, openssl, stopAll } from "./fixture";

describe("tls SelfSignedCert", () => {
    after(stopAll);

    const base = { validityPeriodHours: 10, allowedUses: ["cert_signing"], subject: { commonName: "CA" } };
    const certificate = async (more: object) =>
        (await create("SelfSignedCert", { ...base, privateKeyPem: await newKey(), ...more }))["certPem"]!;

    it("is a certificate authority's with isCaCertificate", async () => {
        const certPem = await certificate({ isCaCertificate: true, setAuthorityKeyId: true });
        assert.equal(extension(certPem, "basicConstraints"), "X509v3 Basic Constraints: critical\nCA:TRUE");
        assert.equal(extension(certPem, "keyUsage"), "X509v3 Key Usage: critical\nCertificate Sign");
        const [keyId, authorityKeyId] = ["subjectKeyIdentifier", "authorityKeyIdentifier"].map(
            (name) => extension(certPem, name).split("\n")[1],
        );
        assert.equal(authorityKeyId, keyId);
        assert.equal(
            openssl(["verify", "-check_ss_sig", "-x509_strict", "-CAfile", "{ca}", "{ca}"], { ca: certPem })
                .trim()
                .split(" ")
                .at(-1),
            "OK",
        );
    });

    it("is none without, and has key ids only where they are asked for", async () => {
        const plainOne = await certificate({ allowedUses: [] });
        assert.equal(extension(plainOne, "basicConstraints"), "X509v3 Basic Constraints: critical\nCA:FALSE");
        assert.doesNotMatch(
            openssl(["x509", "-in", "{cert}", "-noout", "-text"], { cert: plainOne }),
            /Key Identifier|Key Usage/,
        );
        const withKeyId = await certificate({ setSubjectKeyId: true });
        assert.match(
            extension(withKeyId, "subjectKeyIdentifier"),
            /^X509v3 Subject Key Identifier:\n([0-9A-F]{2}:){19}[0-9A-F]{2}$/,
        );
        assert.doesNotMatch(
            openssl(["x509", "-in", "{cert}", "-noout", "-text"], { cert: withKeyId }),
            /Authority Key Identifier/,
        );
    });

    it("has SHA-1 over the key as its key id, with Go's header before an Ed25519 key", async () => {
        for (const [algorithm, header] of [
            ["RSA", ""],
            ["ECDSA", ""],
            ["ED25519", "0420"],
        ] as const) {
            const certPem = await certificate({ privateKeyPem: await newKey({ algorithm }), setSubjectKeyId: true });
            const spki = AsnConvert.parse(
                new X509Certificate(certPem).publicKey.export({ type: "spki", format: "der" }),
                SubjectPublicKeyInfo,
            );
            const expected = createHash("sha1")
                .update(header, "hex")
                .update(Buffer.from(spki.subjectPublicKey))
                .digest("hex");
            assert.equal(
                extension(certPem, "subjectKeyIdentifier").split("\n")[1]?.replaceAll(":", "").toLowerCase(),
                expected,
                algorithm,
            );
        }
    });

    it("names RSA's signature with the empty parameters that its standard wants, in both places", async () => {
        const certPem = await certificate({ privateKeyPem: await newKey({ algorithm: "RSA" }) });
        const sha256WithRsa = "300d06092a864886f70d01010b0500";
        assert.equal(new X509Certificate(certPem).raw.toString("hex").split(sha256WithRsa).length, 3);
    });

    it("has a positive serial number, which is its id", async () => {
        const privateKeyPem = await newKey({ algorithm: "ED25519" });
        for (let round = 0; round < 20; round++) {
            const { id, certPem } = await create("SelfSignedCert", { ...base, privateKeyPem });
            assert.equal(BigInt(`0x${new X509Certificate(certPem!).serialNumber}`).toString(), id);
        }
    });

    it("limits the path below it, where 0 says nothing, as in the official provider", async () => {
        for (const [maxPathLength, expected] of [
            [-1, "CA:TRUE"],
            [0, "CA:TRUE"],
            [2, "CA:TRUE, pathlen:2"],
        ] as const) {
            const certPem = await certificate({ isCaCertificate: true, maxPathLength });
            assert.equal(extension(certPem, "basicConstraints").split("\n")[1], expected);
        }
    });

    it("knows every allowed use", async () => {
        const certPem = await certificate({ allowedUses: [...allowedUses] });
        assert.equal(
            extension(certPem, "keyUsage").split("\n")[1],
            "Digital Signature, Non Repudiation, Key Encipherment, Data Encipherment, Key Agreement, " +
                "Certificate Sign, CRL Sign, Encipher Only, Decipher Only",
        );
        assert.deepEqual(extension(certPem, "extendedKeyUsage").split("\n")[1]?.split(", ").sort(), [
            "1.3.6.1.4.1.311.61.1.1",
            "Any Extended Key Usage",
            "Code Signing",
            "E-mail Protection",
            "IPSec End System",
            "IPSec Tunnel",
            "IPSec User",
            "Microsoft Commercial Code Signing",
            "Microsoft Server Gated Crypto",
            "Netscape Server Gated Crypto",
            "OCSP Signing",
            "TLS Web Client Authentication",
            "TLS Web Server Authentication",
            "Time Stamping",
        ]);
    });

    it("has critical alternative names where it has no subject", async () => {
        const certPem = await certificate({ subject: null, dnsNames: ["a.example"] });
        assert.equal(extension(certPem, "subjectAltName"), "X509v3 Subject Alternative Name: critical\nDNS:a.example");
        assert.match(
            extension(await certificate({ dnsNames: ["a.example"] }), "subjectAltName"),
            /^X509v3 Subject Alternative Name:\n/,
        );
    });

    it("writes an end after 2049 so that it is understood", async () => {
        const years = 40;
        const state = await create("SelfSignedCert", {
            ...base,
            privateKeyPem: await newKey(),
            validityPeriodHours: years * 8766,
        });
        const { validTo } = new X509Certificate(state["certPem"]!);
        assert.equal(Date.parse(validTo), Math.floor(Date.parse(state["validityEndTime"]!) / 1000) * 1000);
        assert.ok(new Date(validTo).getUTCFullYear() > 2049, `the end is ${validTo}`);
    });

    it("refuses what no certificate may be", async () => {
        const engine = await engineOf("SelfSignedCert");
        const inputs = { ...base, privateKeyPem: await newKey() };
        await assert.rejects(engine.create({ ...inputs, isCaCertificate: true, subject: {} }), {
            message: /^subject must have at least one part/,
        });
        await assert.rejects(engine.create({ ...inputs, setAuthorityKeyId: true }), {
            message: /^setAuthorityKeyId of a self-signed certificate needs/,
        });
        await assert.rejects(engine.create({ ...inputs, maxPathLength: 1 }), {
            message: /^maxPathLength is for a certificate with isCaCertificate/,
        });
        const { failures } = await engine.check({
            ...inputs,
            allowedUses: ["server"],
            earlyRenewalHours: -1,
            maxPathLength: -2,
            validityPeriodHours: 1.5,
        });
        assert.deepEqual(
            failures.map(({ property, reason }) => `${property}: ${reason.slice(0, 60)}`),
            [
                "allowedUses: 'allowedUses' must be a list of any_extended, cert_signing, ",
                "earlyRenewalHours: 'earlyRenewalHours' must be at least 0",
                "maxPathLength: 'maxPathLength' must be at least -1",
                "validityPeriodHours: 'validityPeriodHours' must be a whole number",
            ],
        );
    });
});
