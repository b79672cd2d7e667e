import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { readSettings } from "../../stack/settings";
import { asProgram, configure, refusalOf, valueOf } from "./support";

const KEY = "-----BEGIN PRIVATE KEY-----\nRECOGNISABLE\n-----END PRIVATE KEY-----\n";

describe("the TLS settings of a stack", () => {
    let folder: string;
    const file = (name: string): string => join(folder, name);
    before(asProgram);
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "ha-api-tls-"));
        for (const name of ["lb.crt", "ca.crt", "client.crt"]) writeFileSync(file(name), `certificate ${name}\n`);
        for (const name of ["lb.key", "ca.key", "client.key", "ssh.key"]) writeFileSync(file(name), KEY);
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const read = (
        over: Record<string, unknown>,
        secrets: string[] = [],
    ): ReturnType<typeof readSettings>["loadBalancer"] => {
        configure({ ssh: { privateKeyFile: file("ssh.key") }, ...over }, secrets);
        return readSettings().loadBalancer;
    };
    /** The value, and whether it is a secret. */
    const opened = async (input: pulumi.Input<string> | undefined): Promise<[string | undefined, boolean]> => {
        const output = pulumi.output(input);
        return [await valueOf(output), await (output as unknown as { isSecret: Promise<boolean> }).isSecret];
    };

    it("are none by default", () => assert.equal("tls" in read({}), false));

    it("take a version without quotes, which YAML has for a number", () => {
        for (const minimumVersion of [1.2, 1.3, "1.3"]) {
            assert.equal(
                read({ tls: { certificateFile: file("lb.crt"), privateKeyFile: file("lb.key"), minimumVersion } }).tls
                    ?.minimumVersion,
                String(minimumVersion),
            );
        }
    });

    it("are certificates as text and keys as secrets, from files", async () => {
        const { tls, clusterCertificateAuthority } = read({
            layer: 7,
            clusterCertificateAuthorityFile: file("ca.crt"),
            tls: {
                certificateFile: file("lb.crt"),
                privateKeyFile: file("lb.key"),
                clientCertificateFile: file("client.crt"),
                clientPrivateKeyFile: file("client.key"),
                clientCertificateAuthorityFile: file("ca.crt"),
                minimumVersion: "1.3",
                apiServerName: "api.example.com",
            },
        });
        assert.equal(clusterCertificateAuthority, "certificate ca.crt\n");
        assert.deepEqual(Object.keys(tls!).sort(), [
            "apiServerName",
            "certificate",
            "clientCertificate",
            "clientCertificateAuthority",
            "clientPrivateKey",
            "minimumVersion",
            "privateKey",
        ]);
        assert.deepEqual(
            [tls!.certificate, tls!.clientCertificate, tls!.clientCertificateAuthority],
            ["certificate lb.crt\n", "certificate client.crt\n", "certificate ca.crt\n"],
        );
        assert.deepEqual(await opened(tls!.privateKey), [KEY, true]);
        assert.deepEqual(await opened(tls!.clientPrivateKey), [KEY, true]);
    });

    it("take an issuer, with its key from a file or from a secret", async () => {
        const issuer = { certificateFile: file("ca.crt"), dnsNames: ["api.example.com"], validityDays: 30 };
        const { tls } = read({ tls: { issuer: { ...issuer, privateKeyFile: file("ca.key") } } });
        const { privateKey, ...rest } = tls!.issuer!;
        assert.deepEqual(rest, {
            certificate: "certificate ca.crt\n",
            dnsNames: ["api.example.com"],
            validityDays: 30,
        });
        assert.deepEqual(await opened(privateKey), [KEY, true]);
        assert.deepEqual(
            await opened(
                read({ tls: { issuer }, tlsIssuerPrivateKey: "from the configuration" }, ["tlsIssuerPrivateKey"]).tls!
                    .issuer!.privateKey,
            ),
            ["from the configuration", true],
        );
        assert.match(
            refusalOf(() => read({ tls: { issuer } })),
            /tls\.issuer: needs its private key; set it with: pulumi config set --secret tlsIssuerPrivateKey < FILE/,
        );
    });

    it("prefer a secret of the configuration to a file, and refuse it in plain text without showing it", async () => {
        const tls = { certificateFile: file("lb.crt"), privateKeyFile: file("lb.key") };
        assert.deepEqual(
            await opened(read({ tls, tlsPrivateKey: "from the configuration" }, ["tlsPrivateKey"]).tls!.privateKey),
            ["from the configuration", true],
        );
        const refusal = refusalOf(() => read({ tls, tlsPrivateKey: "RECOGNISABLE" }));
        assert.match(refusal, /ha-api:tlsPrivateKey: is stored in plain text/);
        assert.doesNotMatch(refusal, /RECOGNISABLE/);
    });

    it("name the key of the configuration whose file is not there, and what to do", () => {
        assert.match(
            refusalOf(() => read({ tls: { certificateFile: file("none.crt") } })),
            /ha-api:tls\.certificateFile: the file .*none\.crt does not exist; set it with: pulumi config set --path tls\.certificateFile FILE/,
        );
        assert.match(
            refusalOf(() => read({ tls: { privateKeyFile: file("none.key") } })),
            /tls\.privateKeyFile.*none\.key does not exist.*--secret tlsPrivateKey < FILE/,
        );
        assert.match(
            refusalOf(() => read({ clusterCertificateAuthorityFile: file("none.crt") })),
            /ha-api:clusterCertificateAuthorityFile: the file .* does not exist/,
        );
    });

    it("refuse a slip of the keyboard", () =>
        assert.match(
            refusalOf(() => read({ tls: { certificate: "x" } })),
            /ha-api:tls: has unknown keys: certificate/,
        ));

    it("come with a kubeconfig that is a secret, from a file or from the configuration", async () => {
        writeFileSync(file("admin.conf"), "a kubeconfig\n");
        assert.deepEqual(await opened(read({ kubeconfigFile: file("admin.conf") }).kubeconfig), [
            "a kubeconfig\n",
            true,
        ]);
        assert.deepEqual(await opened(read({ kubeconfig: "another" }, ["kubeconfig"]).kubeconfig), ["another", true]);
        assert.match(
            refusalOf(() => read({ kubeconfig: "another" })),
            /ha-api:kubeconfig: is stored in plain text/,
        );
    });
});
