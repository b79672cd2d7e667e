import assert from "node:assert/strict";
import { isSecret, type Properties, secret, unknown } from "../../../plugin-stand-ins/shared/properties";
import { create, engineOf, newKey, openssl, stopAll } from "./fixture";

const names = {
    dnsNames: ["api.example", "*.api.example"],
    ipAddresses: ["10.0.0.1", "fd00::1", "::ffff:10.0.0.2"],
    uris: ["spiffe://example/api"],
};

describe("tls CertRequest", () => {
    after(stopAll);

    it("asks for the names it was given, signed by the key", async () => {
        for (const algorithm of ["RSA", "ECDSA", "ED25519"]) {
            const request = await create("CertRequest", {
                privateKeyPem: await newKey({ algorithm }),
                ...names,
                subject: { commonName: "api" },
            });
            assert.equal(request["keyAlgorithm"], algorithm);
            // openssl fails here where the signature is not the key's.
            const text = openssl(["req", "-in", "{csr}", "-verify", "-noout", "-text"], {
                csr: request["certRequestPem"]!,
            });
            assert.match(
                text,
                /DNS:api\.example, DNS:\*\.api\.example, IP Address:10\.0\.0\.1, IP Address:FD00:0:0:0:0:0:0:1, IP Address:10\.0\.0\.2, URI:spiffe:\/\/example\/api/,
            );
            assert.match(text, /Subject: CN = api$/m);
        }
    });

    it("writes every part of the subject", async () => {
        const subject = {
            commonName: "api",
            country: "NL",
            emailAddress: "ops@example.org",
            locality: "Delft",
            organization: "Örg & Co",
            organizationalUnit: "unit",
            postalCode: "2611",
            province: "ZH",
            serialNumber: "7",
            streetAddresses: ["Street 2", "Street 1"],
        };
        const { certRequestPem } = await create("CertRequest", { privateKeyPem: await newKey(), subject });
        const lines = openssl(
            ["req", "-in", "{csr}", "-noout", "-subject", "-nameopt", "sep_multiline,utf8,sname,show_type"],
            { csr: certRequestPem! },
        );
        // In the order of Go; members of one part are sorted, as DER wants it.
        assert.deepEqual(
            lines
                .trim()
                .split("\n")
                .slice(1)
                .map((line) => line.trim()),
            [
                "C=PRINTABLESTRING:NL",
                "ST=PRINTABLESTRING:ZH",
                "L=PRINTABLESTRING:Delft",
                "street=PRINTABLESTRING:Street 1 + street=PRINTABLESTRING:Street 2",
                "postalCode=PRINTABLESTRING:2611",
                "O=UTF8STRING:Örg & Co",
                "OU=PRINTABLESTRING:unit",
                "CN=PRINTABLESTRING:api",
                "serialNumber=PRINTABLESTRING:7",
                "emailAddress=IA5STRING:ops@example.org",
            ],
        );
    });

    it("needs neither subject nor names", async () => {
        const { certRequestPem } = await create("CertRequest", { privateKeyPem: await newKey() });
        assert.doesNotMatch(
            openssl(["req", "-in", "{csr}", "-verify", "-noout", "-text"], { csr: certRequestPem! }),
            /DNS:|Alternative/,
        );
    });

    it("keeps the key secret, marked or not, and nothing else", async () => {
        const engine = await engineOf("CertRequest");
        const key = await newKey();
        for (const privateKeyPem of [key, secret(key)]) {
            const { state } = await engine.create({ privateKeyPem });
            assert.deepEqual([isSecret(state["privateKeyPem"]), isSecret(state["certRequestPem"])], [true, false]);
        }
    });

    it("previews with an unknown key", async () => {
        const { id, state } = await (
            await engineOf("CertRequest")
        ).create({ privateKeyPem: unknown, dnsNames: ["a"] }, { preview: true });
        assert.deepEqual(
            [id, state["certRequestPem"], state["keyAlgorithm"], state["dnsNames"]],
            ["", unknown, unknown, ["a"]],
        );
    });

    it("is replaced by a change of any input, but not because one becomes secret", async () => {
        const engine = await engineOf("CertRequest");
        const inputs = { privateKeyPem: await newKey(), dnsNames: ["a", "b"] };
        const { state } = await engine.create(inputs);
        for (const more of [{ privateKeyPem: secret(inputs.privateKeyPem) }, { dnsNames: secret(inputs.dnsNames) }]) {
            assert.equal((await engine.diff(inputs, { ...inputs, ...more }, state)).changed, false);
        }
        assert.deepEqual((await engine.diff(inputs, { ...inputs, dnsNames: ["a", "c"] }, state)).details, {
            "dnsNames[1]": "UPDATE_REPLACE",
        });
        const changes: Properties[] = [
            { privateKeyPem: await newKey() },
            { privateKeyPem: unknown },
            { subject: { commonName: "x" } },
            { subject: {} },
            { uris: [] },
        ];
        for (const more of changes) {
            assert.deepEqual((await engine.diff(inputs, { ...inputs, ...more }, state)).replaces, Object.keys(more));
        }
    });

    it("keeps its request where the old key was no clean PEM text, as the official provider does", async () => {
        const engine = await engineOf("CertRequest");
        const key = await newKey();
        const { state } = await engine.create({ privateKeyPem: `${key}\n` });
        const difference = await engine.diff({ privateKeyPem: `${key}\n` }, { privateKeyPem: key }, state);
        assert.deepEqual([difference.changed, difference.replaces], [true, []]);
        const updated = await engine.update(state, { privateKeyPem: key });
        assert.deepEqual(updated, { ...state, privateKeyPem: secret(key) });
    });

    it("refuses what is no key and what is no address, and never prints a key", async () => {
        const engine = await engineOf("CertRequest");
        const key = await newKey();
        const broken = key.replace(/\n.{20}/, "\n");
        await assert.rejects(engine.create({ privateKeyPem: broken }), {
            message: "privateKeyPem is not a valid private key",
        });
        const forms = `"RSA PRIVATE KEY" or "EC PRIVATE KEY" or "PRIVATE KEY"`;
        for (const text of ["nonsense", key.replaceAll("EC PRIVATE KEY", "CERTIFICATE")]) {
            await assert.rejects(engine.create({ privateKeyPem: text }), {
                message: `privateKeyPem must be a PEM text of type ${forms}`,
            });
        }
        for (const address of ["10.0.0", "fe80::1%eth0", "10.0.0.1/24"]) {
            await assert.rejects(engine.create({ privateKeyPem: key, ipAddresses: [address] }), {
                message: `ipAddresses: "${address}" is not an IP address`,
            });
        }
        await assert.rejects(engine.create({ privateKeyPem: key, dnsNames: ["ü.example"] }), {
            message: /^dnsNames: "ü.example" has a character outside ASCII/,
        });
        const { failures } = await engine.check({
            dnsNames: "a",
            ipAddresses: [""],
            subject: { commonname: "x", streetAddresses: "y" },
        });
        assert.deepEqual(failures, [
            { property: "dnsNames", reason: "'dnsNames' must be a list of strings" },
            { property: "ipAddresses", reason: "'ipAddresses' must not hold an empty text" },
            { property: "subject.commonname", reason: "There is no property 'commonname'" },
            { property: "subject.streetAddresses", reason: "'streetAddresses' must be a list of strings" },
            { property: "privateKeyPem", reason: "Missing required property 'privateKeyPem' or 'privateKeyPemWo'" },
        ]);
    });
});
