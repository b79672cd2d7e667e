import assert from "node:assert/strict";
import { isSecret, type Properties, unknown } from "../../../plugin-stand-ins/shared/properties";
import { create, engineOf, newAuthority, newKey, openssl, stopAll } from "./fixture";

describe("tls write-only keys", () => {
    after(stopAll);

    const base = {
        validityPeriodHours: 5,
        allowedUses: ["cert_signing"],
        isCaCertificate: true,
        subject: { commonName: "x" },
    };

    it("sign without a trace in the state", async () => {
        const { caCertPem, caPrivateKeyPem } = await newAuthority();
        const key = await newKey();
        const byKey = { privateKeyPemWo: key, privateKeyPemWoVersion: 1 };
        const request = await create("CertRequest", { ...byKey, dnsNames: ["a.example"] });
        const self = await create("SelfSignedCert", { ...byKey, ...base });
        const byAuthority = { caPrivateKeyPemWo: caPrivateKeyPem, caPrivateKeyPemWoVersion: 1 };
        const certRequestPem = request["certRequestPem"]!;
        const local = await create("LocallySignedCert", {
            ...byAuthority,
            caCertPem,
            certRequestPem,
            validityPeriodHours: 5,
            allowedUses: [],
        });
        for (const state of [request, self, local]) assert.doesNotMatch(JSON.stringify(state), /PRIVATE KEY/);
        assert.deepEqual(
            [request["privateKeyPemWoVersion"], self["privateKeyPemWoVersion"], local["caPrivateKeyPemWoVersion"]],
            [1, 1, 1],
        );
        assert.match(
            openssl(["verify", "-check_ss_sig", "-CAfile", "{self}", "{self}"], { self: self["certPem"]! }),
            /OK\n$/,
        );
        assert.match(
            openssl(["verify", "-CAfile", "{ca}", "{cert}"], { ca: caCertPem, cert: local["certPem"]! }),
            /OK\n$/,
        );
    });

    it("are replaced by a new version, not by a new key", async () => {
        const engine = await engineOf("SelfSignedCert");
        const inputs = { ...base, privateKeyPemWo: await newKey(), privateKeyPemWoVersion: 1 };
        const { state } = await engine.create(inputs);
        assert.equal((await engine.diff(inputs, { ...inputs, privateKeyPemWo: await newKey() }, state)).changed, false);
        assert.deepEqual((await engine.diff(inputs, { ...inputs, privateKeyPemWoVersion: 2 }, state)).replaces, [
            "privateKeyPemWoVersion",
        ]);
    });

    it("are secret from the check on, as kept keys are", async () => {
        const engine = await engineOf("CertRequest");
        const ways: Properties[] = [{ privateKeyPem: "k" }, { privateKeyPemWo: "k", privateKeyPemWoVersion: 1 }];
        for (const given of ways) {
            const { inputs, failures } = await engine.check(given);
            assert.deepEqual(failures, []);
            assert.deepEqual(
                Object.keys(inputs).filter((name) => isSecret(inputs[name])),
                [Object.keys(given)[0]],
            );
        }
    });

    it("exclude a kept key and need their version", async () => {
        const engine = await engineOf("CertRequest");
        const refusals: [Properties, string][] = [
            [{}, "Missing required property 'privateKeyPem' or 'privateKeyPemWo'"],
            [
                { privateKeyPem: "k", privateKeyPemWo: "k", privateKeyPemWoVersion: 1 },
                "Only one of 'privateKeyPem' and 'privateKeyPemWo' may be given",
            ],
            [{ privateKeyPemWo: "k" }, "'privateKeyPemWo' and 'privateKeyPemWoVersion' must be given together"],
            [
                { privateKeyPem: "k", privateKeyPemWoVersion: 1 },
                "'privateKeyPemWo' and 'privateKeyPemWoVersion' must be given together",
            ],
        ];
        for (const [inputs, reason] of refusals)
            assert.deepEqual(
                (await engine.check(inputs)).failures.map((failure) => failure.reason),
                [reason],
            );
        assert.deepEqual((await engine.check({ privateKeyPem: unknown, privateKeyPemWo: unknown })).failures, []);
    });
});
