import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { connect, createServer, type TLSSocket } from "node:tls";
import { type AddressInfo } from "node:net";
import { isSecret, type Properties, unknown } from "../../../plugin-stand-ins/shared/properties";
import { type Authority, create, engineOf, extension, newAuthority, newKey, openssl, stopAll } from "./fixture";

const serverUses = ["digital_signature", "key_encipherment", "server_auth"];

describe("tls LocallySignedCert", () => {
    after(stopAll);

    const newRequest = async (privateKeyPem: string, more: Properties = {}) => {
        const names = {
            dnsNames: ["api.example"],
            ipAddresses: ["127.0.0.1"],
            subject: { commonName: "api", emailAddress: "a@example.org" },
        };
        return (await create("CertRequest", { privateKeyPem, ...names, ...more }))["certRequestPem"]!;
    };
    const inputsFor = async (authority: Authority, more: Properties = {}): Promise<Properties & Authority> => {
        const certRequestPem = await newRequest(await newKey());
        return { ...authority, certRequestPem, validityPeriodHours: 24, allowedUses: serverUses, ...more };
    };
    const verify = (certPem: string, authority: Authority) =>
        openssl(["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "{ca}", "{cert}"], {
            ca: authority.caCertPem,
            cert: certPem,
        });

    for (const key of [
        { algorithm: "RSA" },
        { algorithm: "ED25519" },
        ...["P224", "P256", "P384", "P521"].map((ecdsaCurve) => ({ algorithm: "ECDSA", ecdsaCurve })),
    ]) {
        it(`signed with ${Object.values(key).join(" ")} is one that openssl accepts`, async () => {
            const authority = await newAuthority(key);
            const signed = await create("LocallySignedCert", await inputsFor(authority));
            assert.equal(signed["caKeyAlgorithm"], key.algorithm);
            assert.match(verify(signed["certPem"]!, authority), /OK\n$/);
            const other = await newAuthority(key);
            assert.throws(() => verify(signed["certPem"]!, other), { message: /verification failed/ });
        });
    }

    it("is accepted under an authority that openssl made, named by openssl's rules", async () => {
        const caPrivateKeyPem = await newKey();
        const subject = "/C=NL/O=Örg/OU=second/CN=kubernetes";
        const usage = "keyUsage=critical,keyCertSign";
        const caCertPem = openssl(
            ["req", "-x509", "-new", "-utf8", "-key", "{key}", "-subj", subject, "-days", "2", "-addext", usage],
            { key: caPrivateKeyPem },
        );
        const signed = await create("LocallySignedCert", await inputsFor({ caCertPem, caPrivateKeyPem }));
        assert.match(verify(signed["certPem"]!, { caCertPem, caPrivateKeyPem }), /OK\n$/);
    });

    it("says whom it is for, for how long and by whom", async () => {
        const authority = await newAuthority();
        const signed = await create("LocallySignedCert", await inputsFor(authority));
        const certificate = new X509Certificate(signed["certPem"]!);
        assert.equal(certificate.subjectAltName, "DNS:api.example, IP Address:127.0.0.1");
        assert.equal(certificate.subject, "CN=api", "the official provider loses the request's e-mail address too");
        assert.ok(
            certificate.checkIssued(new X509Certificate(authority.caCertPem)),
            "the issuer's name and key id are the authority's",
        );
        assert.equal(BigInt(`0x${certificate.serialNumber}`).toString(), signed.id);
        assert.equal(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom), 24 * 3_600_000);
        const toSecond = (text: string) => Math.floor(Date.parse(text) / 1000) * 1000;
        assert.equal(toSecond(signed["validityStartTime"]!), Date.parse(certificate.validFrom));
        assert.equal(toSecond(signed["validityEndTime"]!), Date.parse(certificate.validTo));
        assert.ok(
            Math.abs(Date.now() - Date.parse(certificate.validFrom)) < 60_000,
            `it begins now, not at ${certificate.validFrom}`,
        );
        assert.equal(extension(signed["certPem"]!, "keyUsage").split("\n")[1], "Digital Signature, Key Encipherment");
        assert.equal(extension(signed["certPem"]!, "extendedKeyUsage").split("\n")[1], "TLS Web Server Authentication");
        assert.equal(
            extension(signed["certPem"]!, "authorityKeyIdentifier").split("\n")[1],
            extension(authority.caCertPem, "subjectKeyIdentifier").split("\n")[1],
        );
    });

    it(
        "takes the names from a request that openssl made, of two common names the last, and nothing else that " +
            "is asked for",
        async () => {
            const wishes = [
                "-addext",
                "subjectAltName=DNS:a.example,email:a@example.org,IP:10.0.0.1",
                "-addext",
                "basicConstraints=CA:TRUE",
            ];
            const key = await newKey();
            const certRequestPem = openssl(
                ["req", "-new", "-key", "{key}", "-subj", "/CN=first/OU=b/OU=a/CN=last/DC=x", ...wishes],
                { key },
            );
            const signed = await create("LocallySignedCert", await inputsFor(await newAuthority(), { certRequestPem }));
            const certificate = new X509Certificate(signed["certPem"]!);
            assert.match(certificate.subject, /^OU=a \+ OU=b\nCN=last$/);
            assert.equal(certificate.subjectAltName, "DNS:a.example, IP Address:10.0.0.1");
            assert.equal(certificate.ca, false);
            const widths = signed["certPem"]!.split("\n").map((line) => line.length);
            assert.equal(Math.max(...widths), 64, "a PEM line has at most 64 characters");
        },
    );

    it("serves TLS", async () => {
        const authority = await newAuthority();
        const key = await newKey();
        const signed = await create(
            "LocallySignedCert",
            await inputsFor(authority, { certRequestPem: await newRequest(key) }),
        );
        const server = createServer({ key, cert: signed["certPem"]! }, (socket) => socket.end("hello"));
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const { port } = server.address() as AddressInfo;
        const reach = (ca: string, host: string) =>
            new Promise<string>((resolve, reject) => {
                const socket: TLSSocket = connect({ port, host: "127.0.0.1", servername: host, ca }, () =>
                    resolve(socket.authorized ? "trusted" : "not trusted"),
                );
                socket.on("error", (error: Error & { code?: string }) => reject(new Error(error.code)));
                socket.resume();
            });
        try {
            assert.equal(await reach(authority.caCertPem, "api.example"), "trusted");
            await assert.rejects(reach(authority.caCertPem, "other.example"), {
                message: "ERR_TLS_CERT_ALTNAME_INVALID",
            });
            await assert.rejects(reach((await newAuthority()).caCertPem, "api.example"), {
                message: /UNABLE_TO_VERIFY|SIGNATURE|SELF_SIGNED|ISSUER/,
            });
        } finally {
            server.close();
        }
    });

    it("can be an authority's below the first", async () => {
        const root = await newAuthority();
        const key = await newKey();
        const middle = await create("LocallySignedCert", {
            ...(await inputsFor(root, {
                certRequestPem: await newRequest(key, {
                    subject: { commonName: "middle" },
                    dnsNames: null,
                    ipAddresses: null,
                }),
            })),
            isCaCertificate: true,
            maxPathLength: 1,
            allowedUses: ["cert_signing"],
        });
        assert.equal(extension(middle["certPem"]!, "basicConstraints").split("\n")[1], "CA:TRUE, pathlen:1");
        const leaf = await create(
            "LocallySignedCert",
            await inputsFor({ caCertPem: middle["certPem"]!, caPrivateKeyPem: key }),
        );
        const files = { root: root.caCertPem, middle: middle["certPem"]!, leaf: leaf["certPem"]! };
        assert.match(
            openssl(["verify", "-x509_strict", "-CAfile", "{root}", "-untrusted", "{middle}", "{leaf}"], files),
            /OK\n$/,
        );
        assert.throws(() => openssl(["verify", "-CAfile", "{root}", "{leaf}"], files), {
            message: /verification failed/,
        });
    });

    it("refuses a key that is not the authority's, and goes on reading keys of its kind", async () => {
        const engine = await engineOf("LocallySignedCert");
        const inputs = await inputsFor(await newAuthority());
        const other = await newAuthority({ algorithm: "ED25519" });
        const refusing = engine.create({ ...inputs, caPrivateKeyPem: other.caPrivateKeyPem });
        await assert.rejects(refusing, { message: "caPrivateKeyPem is not the key of caCertPem" });
        await engine.create({ ...inputs, ...other });
    });

    it("refuses texts that are not what they should be", async () => {
        const engine = await engineOf("LocallySignedCert");
        const inputs = await inputsFor(await newAuthority());
        const refusals: [Properties, string][] = [
            [
                { certRequestPem: inputs.caCertPem },
                'certRequestPem must be a PEM text of type "CERTIFICATE REQUEST", not "CERTIFICATE"',
            ],
            [{ caCertPem: "x" }, 'caCertPem must be a PEM text of type "CERTIFICATE", and it is no PEM text at all'],
            [
                { caCertPem: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" },
                "caCertPem is not a valid certificate",
            ],
            [
                { certRequestPem: "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n" },
                "certRequestPem is not a valid certificate request",
            ],
        ];
        for (const [more, message] of refusals)
            await assert.rejects(engine.create({ ...inputs, ...more }), { message });
    });

    it("warns where the authority's certificate does not say that it is one", async () => {
        const engine = await engineOf("LocallySignedCert");
        const before = engine.logs.length;
        await engine.create(await inputsFor(await newAuthority()));
        assert.equal(engine.logs.length, before);
        await engine.create(await inputsFor(await newAuthority(undefined, { isCaCertificate: false })));
        assert.match(engine.logs.at(-1)?.text ?? "", /^caCertPem does not say that it is a certificate authority's/);
    });

    it("keeps the authority's key secret, and nothing else", async () => {
        const { state } = await (await engineOf("LocallySignedCert")).create(await inputsFor(await newAuthority()));
        assert.deepEqual(
            Object.keys(state).filter((name) => isSecret(state[name])),
            ["caPrivateKeyPem"],
        );
    });

    it("shows in a preview what is known", async () => {
        const inputs = await inputsFor(await newAuthority(), { certRequestPem: unknown });
        const { state } = await (await engineOf("LocallySignedCert")).create(inputs, { preview: true });
        const outputs = ["caKeyAlgorithm", "certPem", "maxPathLength", "validityEndTime", "validityStartTime"];
        assert.deepEqual(
            outputs.map((name) => state[name]),
            outputs.map(() => unknown),
        );
        const defaults = ["earlyRenewalHours", "isCaCertificate", "readyForRenewal", "setSubjectKeyId"];
        assert.deepEqual(
            defaults.map((name) => state[name]),
            [0, false, false, false],
        );
    });
});
