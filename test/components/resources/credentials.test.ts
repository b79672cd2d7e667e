/**
 * Keys and passwords on their way to a host: in one step of their own, secret all the way, and nowhere in what a
 * preview shows.
 */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs } from "../../../components";
import type { Inputs } from "../../../components/model/inputs";
import {
    COMMAND,
    isSecret,
    KEY_MARK,
    constructUnderMocks,
    unknownOutput,
    unwrapSecrets,
    PRIVATE_KEY,
    type Result,
    valueOf,
} from "./mocks";
import { CERTIFICATE, dualStack, existingMachines } from "../support";

const TLS_KEY = `-----BEGIN PRIVATE KEY-----\n${KEY_MARK}TLS\n-----END PRIVATE KEY-----\n`;
const CLIENT_KEY = `-----BEGIN PRIVATE KEY-----\n${KEY_MARK}CLIENT\n-----END PRIVATE KEY-----\n`;
const tls = {
    certificate: CERTIFICATE,
    privateKey: TLS_KEY,
    clientCertificate: CERTIFICATE,
    clientPrivateKey: CLIENT_KEY,
    clientCertificateAuthority: CERTIFICATE,
};
const issuer = { certificate: CERTIFICATE, privateKey: TLS_KEY, dnsNames: ["k3s1api.example.com"], validityDays: 30 };

function args(over: Partial<HaApiLoadBalancerArgs> = {}): HaApiLoadBalancerArgs {
    const {
        tls: _tls,
        vipLookup: _lookup,
        ...inputs
    }: Inputs = existingMachines({ layer: 7, clusterCertificateAuthority: CERTIFICATE });
    return { ...inputs, ssh: { privateKey: PRIVATE_KEY }, ...over };
}

/** What a host's credentials step sends, by name. */
function sent(result: Result, host = "vrrp1"): Record<string, string> {
    const { stdin } = result.byName(`api-${host}-credentials`).inputs;
    assert.ok(isSecret(stdin), "what is sent is a secret");
    const lines = (unwrapSecrets(stdin) as string).split("\n");
    assert.deepEqual(lines.splice(-2), ["end", ""]);
    return Object.fromEntries(
        lines
            .map((line) => line.split(" ") as [string, string])
            .map(([name, value]) => [name, Buffer.from(value, "base64").toString()]),
    );
}

/** No secret is in anything that is registered in the open, in clear or in base64. */
function assertNothingShown(result: Result, ...secrets: string[]): void {
    const without = (value: unknown): unknown => {
        if (isSecret(value)) return "[secret]";
        if (Array.isArray(value)) return value.map(without);
        if (typeof value === "object" && value !== null)
            return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, without(inside)]));
        return value;
    };
    for (const { name, inputs } of result.resources) {
        const shown = JSON.stringify(without(inputs));
        for (const secret of secrets)
            assert.ok(
                !shown.includes(secret) && !shown.includes(Buffer.from(secret).toString("base64").slice(0, 16)),
                name,
            );
    }
}

describe("credentials", () => {
    it(
        "travel in a step of their own to each host, between packages and configuration, all other steps without " +
            "them",
        async () => {
            const result = await constructUnderMocks(args({ tls }));
            assert.equal(result.error, undefined);
            for (const host of ["vrrp1", "vrrp2"]) {
                assert.deepEqual(result.dependencies(`api-${host}-credentials`), [`api-${host}-packages`]);
                assert.ok(result.dependencies(`api-${host}-configuration`).includes(`api-${host}-credentials`), host);
                assert.deepEqual(sent(result, host), {
                    "server-certificate": CERTIFICATE,
                    "server-key": TLS_KEY,
                    "client-certificate": CERTIFICATE,
                    "client-key": CLIENT_KEY,
                });
            }
            assertNothingShown(result, KEY_MARK, TLS_KEY);
            assert.match(
                String(unwrapSecrets(result.byName("api-vrrp1-credentials").inputs["create"])),
                /^sudo -n \/usr\/local\/libexec\/ha-api\/keep-credentials \S{8}$/,
            );
        },
    );

    it("are as secret when they become known later, and in a preview", async () => {
        const later = { ...tls, privateKey: pulumi.output(Promise.resolve(TLS_KEY)) };
        const result = await constructUnderMocks(args({ tls: later }));
        assert.equal(sent(result)["server-key"], TLS_KEY);
        assertNothingShown(result, KEY_MARK);
        const preview = await constructUnderMocks(args({ tls: { ...tls, privateKey: unknownOutput<string>() } }), true);
        assert.equal(preview.error, undefined);
        assertNothingShown(preview, KEY_MARK);
    });

    it("are in none of the component's outputs, but for the kubeconfig, which is a secret", async () => {
        const kubeconfig =
            `clusters: [{cluster: {server: "https://10.30.100.51:6443"}}]\nusers: [{user: {token: ` +
            `${KEY_MARK}}}]\n`;
        const { component } = await constructUnderMocks(args({ tls, kubeconfig }));
        assert.doesNotMatch(JSON.stringify(await valueOf(component!.files)), new RegExp(KEY_MARK));
        assert.match(
            await valueOf(component!.kubeconfig),
            new RegExp(`https://10\\.30\\.100\\.100:6443[^]*${KEY_MARK}`),
        );
        assert.equal(await (component!.kubeconfig as unknown as { isSecret: Promise<boolean> }).isSecret, true);
    });

    it("stay away from hosts that have no use for them: at layer 4 the step says so, without tls there is none", async () => {
        assert.deepEqual(sent(await constructUnderMocks(args({ tls, layer: 4 }))), {});
        const result = await constructUnderMocks(args({ layer: 4 }));
        assert.deepEqual(
            result.ofType(COMMAND).filter(({ name }) => name.endsWith("-credentials")),
            [],
        );
    });

    it("are a certificate that the given authority signs, for the VIP and its names, where there is an issuer", async () => {
        const result = await constructUnderMocks(args({ tls: { issuer } }));
        assert.equal(result.error, undefined);
        const request = result.byName("api-server-request").inputs;
        assert.deepEqual(
            [request["subject"], request["ipAddresses"], request["dnsNames"]],
            [{ commonName: "10.30.100.100" }, ["10.30.100.100"], ["k3s1api.example.com"]],
        );
        const { vip6, hosts } = dualStack();
        const both = await constructUnderMocks(args({ tls: { issuer }, vip6: vip6!, hosts }));
        assert.deepEqual(both.byName("api-server-request").inputs["ipAddresses"], [
            "10.30.100.100",
            "2001:db8:30:100::100",
        ]);
        const signed = result.byName("api-server-certificate").inputs;
        assert.ok(isSecret(signed["caPrivateKeyPem"]), "the authority's key is a secret");
        assert.deepEqual(
            [signed["validityPeriodHours"], signed["earlyRenewalHours"], signed["allowedUses"]],
            [720, 240, ["digital_signature", "server_auth"]],
        );
        const credentials = sent(result);
        assert.equal(credentials["server-certificate"], "the signed certificate");
        assert.match(credentials["server-key"]!, new RegExp(`MADE${KEY_MARK}`));
        assert.ok(!JSON.stringify(credentials).includes(TLS_KEY), "the authority's key stays where it is");
        assertNothingShown(result, KEY_MARK);
    });

    it("are refused without being shown when they are none", async () => {
        for (const over of [{ privateKey: `nonsense ${KEY_MARK}` }, { clientPrivateKey: CERTIFICATE }]) {
            const { error, resources } = await constructUnderMocks(args({ tls: { ...tls, ...over } }));
            assert.ok(pulumi.RunError.isInstance(error), String(error));
            assert.match(
                error.message,
                /tls\.(privateKey|clientPrivateKey): must be a private key .*the value is not shown/,
            );
            assert.doesNotMatch(error.message, new RegExp(KEY_MARK));
            assert.deepEqual(
                resources.filter(({ type }) => type === COMMAND),
                [],
            );
        }
    });

    it("change the configuration step when they change, by a checksum alone", async () => {
        const command = (await constructUnderMocks(args({ tls }))).byName("api-vrrp1-configuration").inputs["create"];
        assert.equal(typeof command, "string", "shown in the open");
        assert.match(command as string, /\/converge \S+ \S+/);
    });
});
