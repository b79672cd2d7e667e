import assert from "node:assert/strict";
import type { Inputs } from "../../../components/model/inputs";
import { tlsInUse } from "../../../components/model/tls";
import { hostManifest } from "../../../components/render/host";
import { assertRefused, CERTIFICATE, existingMachines, firstHost, layer7, modelOf, refusalOf } from "../support";

const given = { certificate: CERTIFICATE, hasPrivateKey: true };
const issuer = { certificate: CERTIFICATE };
const tls = (inputs: Inputs["tls"]): Inputs => layer7({ tls: inputs! });

describe("TLS at the load balancer", () => {
    it("is refused with text that is no certificate, which is not shown: it may be a key", () => {
        const key = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGBy\n-----END PRIVATE KEY-----\n";
        for (const value of [key, CERTIFICATE + key, "MIGHAgEAMBMGBy", ""]) {
            const { problems, message } = refusalOf(tls({ ...given, certificate: value }));
            assert.deepEqual(
                problems.map(({ path }) => path),
                ["tls.certificate"],
            );
            assert.doesNotMatch(message, /MIGH/);
        }
    });

    it("is refused with PEM blocks that hold no certificate, saying which of a chain", () => {
        const block = (inside: string): string => `-----BEGIN CERTIFICATE-----\n${inside}\n-----END CERTIFICATE-----\n`;
        const broken = block("A".repeat(64)),
            cut = block(CERTIFICATE.split("\n").slice(1, 5).join("\n"));
        const front = { ...given, clientCertificate: CERTIFICATE, hasClientPrivateKey: true };
        for (const wrong of [broken, cut]) {
            for (const [path, inputs] of [
                ["clusterCertificateAuthority", layer7({ clusterCertificateAuthority: wrong })],
                ["clusterCertificateAuthority", existingMachines({ clusterCertificateAuthority: wrong })],
                [
                    "clusterCertificateAuthority",
                    existingMachines({ engine: "haproxy", clusterCertificateAuthority: wrong }),
                ],
                ["tls.certificate", tls({ ...given, certificate: wrong })],
                ["tls.clientCertificate", tls({ ...front, clientCertificate: wrong })],
                ["tls.clientCertificateAuthority", tls({ ...front, clientCertificateAuthority: wrong })],
                ["tls.issuer.certificate", tls({ issuer: { certificate: wrong } })],
            ] as const)
                assertRefused(inputs, path, /holds something else between its BEGIN and END lines/);
        }
        assertRefused(
            tls({ ...given, certificate: CERTIFICATE + broken }),
            "tls.certificate",
            /certificate 2 of 2 holds something else/,
        );
    });

    it("takes a chain, with comments before it and with the line ends of other systems", () => {
        const text = `Certificate:\n  Subject: CN = vip\n${CERTIFICATE}${CERTIFICATE}`.replaceAll("\n", "\r\n");
        assert.equal(modelOf(tls({ ...given, certificate: text })).tls!.certificate, CERTIFICATE + CERTIFICATE);
    });

    it("is kept at layer 4 for the day the layer changes, checked, and not used", () => {
        const model = modelOf(existingMachines({ tls: given }));
        assert.equal(model.tls?.certificate, CERTIFICATE);
        assert.equal(tlsInUse(model), undefined);
    });

    it("changes nothing on the hosts at layer 4", () => {
        const over = { clusterCertificateAuthority: CERTIFICATE };
        const manifests = [
            existingMachines(over),
            existingMachines({ ...over, tls: { ...given, minimumVersion: "1.3", apiServerName: "other.name" } }),
        ]
            .map(modelOf)
            .map((model) => hostManifest(model, firstHost(model)));
        assert.equal(manifests[0], manifests[1]);
    });

    it("renews after two thirds of a short life, and 60 days before the end of a long one", () => {
        const days = (validityDays?: number): unknown =>
            modelOf(tls({ issuer: { ...issuer, ...(validityDays === undefined ? {} : { validityDays }) } })).tls?.issuer
                ?.renewalDays;
        assert.deepEqual([days(), days(30), days(1)], [60, 10, 0]);
    });

    it("warns when everybody acts as one user", () => {
        const client = { clientCertificate: CERTIFICATE, hasClientPrivateKey: true };
        assert.match(modelOf(tls({ ...given, ...client })).warnings.join(), /whoever reaches the VIP acts as the user/);
        assert.deepEqual(modelOf(tls({ ...given, ...client, clientCertificateAuthority: CERTIFICATE })).warnings, []);
    });
});
