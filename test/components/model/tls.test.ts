import assert from "node:assert/strict";
import type { Inputs } from "../../../components/model/inputs";
import { tlsInUse } from "../../../components/model/tls";
import { hostManifest } from "../../../components/render/host";
import {
    assertRefused,
    CERTIFICATE,
    existingMachines,
    firstHost,
    layer7,
    modelOf,
    refusalOf,
    withValue,
} from "../support";

const given = { certificate: CERTIFICATE, hasPrivateKey: true };
const issuer = { certificate: CERTIFICATE };
const tls = (inputs: Inputs["tls"]): Inputs => layer7({ tls: inputs! });

describe("TLS at the load balancer", () => {
    const cases: [what: string, inputs: Inputs, path: string, reason: RegExp][] = [
        [
            "layer 7 with HAProxy",
            layer7({ engine: "haproxy" }),
            "layer",
            /must be 4 with the engine haproxy.*received 7/,
        ],
        [
            "layer 7 without the cluster's authority",
            withValue(layer7(), "clusterCertificateAuthority", undefined),
            "clusterCertificateAuthority",
            /must be given for layer 7/,
        ],
        ["layer 7 without tls", withValue(layer7(), "tls", undefined), "tls", /must be given for layer 7/],
        ["neither certificate nor issuer", tls({}), "tls", /a certificate with its privateKey, or an issuer/],
        [
            "a certificate without its key",
            tls({ certificate: CERTIFICATE }),
            "tls.privateKey",
            /must be given with tls\.certificate/,
        ],
        [
            "a key without its certificate",
            tls({ hasPrivateKey: true }),
            "tls.certificate",
            /must be given with tls\.privateKey/,
        ],
        ["both a certificate and an issuer", tls({ ...given, issuer }), "tls.issuer", /must not be given together/],
        [
            "a client certificate without its key",
            tls({ ...given, clientCertificate: CERTIFICATE }),
            "tls.clientPrivateKey",
            /must be given with/,
        ],
        [
            "a client key without its certificate",
            tls({ ...given, hasClientPrivateKey: true }),
            "tls.clientCertificate",
            /must be given with/,
        ],
        [
            "user identities without a front-proxy certificate",
            tls({ ...given, clientCertificateAuthority: CERTIFICATE }),
            "tls.clientCertificate",
            /only from a front proxy/,
        ],
        [
            "TLS 1.1",
            tls({ ...given, minimumVersion: "1.1" }),
            "tls.minimumVersion",
            /one of 1\.2, 1\.3; received "1\.1"/,
        ],
        [
            "a name for API servers that is none",
            tls({ ...given, apiServerName: "a b;" }),
            "tls.apiServerName",
            /a DNS name/,
        ],
        [
            "an address as the API servers' name, which nginx finds in no certificate",
            tls({ ...given, apiServerName: "10.30.100.51" }),
            "tls.apiServerName",
            /a DNS name such as kubernetes, not an address.*received "10\.30\.100\.51"/,
        ],
        [
            "an address among the DNS names",
            tls({ issuer: { ...issuer, dnsNames: ["256.1.1.1"] } }),
            "tls.issuer.dnsNames[0]",
            /a DNS name, not an address/,
        ],
        [
            "a certificate valid for no day",
            tls({ issuer: { ...issuer, validityDays: 0 } }),
            "tls.issuer.validityDays",
            /from 1 to 3650; received 0/,
        ],
        [
            "a certificate that is renewed before it is made",
            tls({ issuer: { ...issuer, validityDays: 30, renewalDays: 30 } }),
            "tls.issuer.renewalDays",
            /less than tls\.issuer\.validityDays, 30; received 30/,
        ],
        [
            "a DNS name that is none",
            tls({ issuer: { ...issuer, dnsNames: ["k3s1api.example.com", "*.."] } }),
            "tls.issuer.dnsNames[1]",
            /a DNS name/,
        ],
    ];
    for (const [what, inputs, path, reason] of cases)
        it(`is refused with ${what} (${path})`, () => assertRefused(inputs, path, reason));

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
        assertRefused(existingMachines({ tls: { certificate: CERTIFICATE } }), "tls.privateKey", /must be given/);
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
