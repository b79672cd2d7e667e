/** What each rule of the policy pack refuses, and what it lets pass. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { SECRET, UNKNOWN } from "../../policy/resource";
import { RULES } from "../../policy/rules";
import { apiServers } from "../../policy/rules/apiServers";
import { differentNodes } from "../../policy/rules/differentNodes";
import { plainTextSecrets } from "../../policy/rules/plainTextSecrets";
import { protectedMachines } from "../../policy/rules/protectedMachines";
import { secureEndpoint } from "../../policy/rules/secureEndpoint";
import { sharedNodes } from "../../policy/rules/sharedNodes";
import { existingMachines, virtualMachines } from "../components/support";
import { judged, messages, resource, stackOf } from "./support";

const onOneNode = virtualMachines({
    hosts: [
        { name: "vrrp1", address: "10.30.100.101", virtualMachine: { node: "pve1" } },
        { name: "vrrp2", address: "10.30.100.102", virtualMachine: { node: "pve1" } },
        { name: "vrrp3", address: "10.30.100.103", virtualMachine: { node: "pve2" } },
    ],
});

describe("the rules of the policy pack", () => {
    it("have a name, a description, and a default for each setting", () => {
        for (const { name, description, settings } of RULES) {
            assert.match(name, /^[a-z0-9-]+$/);
            assert.match(description, /^[A-Z].*\.$/);
            for (const setting of Object.values(settings as Record<string, object>)) {
                assert.ok("default" in setting && "description" in setting, `${name} documents its settings`);
            }
        }
        assert.equal(new Set(RULES.map(({ name }) => name)).size, RULES.length);
    });

    describe("hosts on different nodes", () => {
        it("names the hosts that share a node", async () => {
            const [violation, ...others] = await judged(differentNodes, stackOf(onOneNode));
            assert.match(
                violation!.message,
                /^kube-api: vrrp1 and vrrp2 are on the node pve1, .* Give one of them another node/,
            );
            assert.match(violation!.urn, /HaApiLoadBalancer::kube-api$/);
            assert.deepEqual(others, []);
        });
        it("names them in the same order, whichever was registered first", async () => {
            const [violation] = await judged(differentNodes, stackOf(onOneNode).toReversed());
            assert.match(violation!.message, /vrrp1 and vrrp2 are on the node pve1/);
        });
        it("lets pass different nodes, machines that exist, a node that may have several, and nodes not known yet", async () => {
            assert.deepEqual(await judged(differentNodes, stackOf()), []);
            assert.deepEqual(await judged(differentNodes, stackOf(existingMachines())), []);
            assert.deepEqual(await judged(differentNodes, stackOf(onOneNode), { oneNodeAllowed: ["pve1"] }), []);
            const unknown = stackOf(onOneNode).map((one) => ({ ...one, props: { ...one.props, nodeName: UNKNOWN } }));
            assert.deepEqual(await judged(differentNodes, unknown), []);
        });
        it("judges each load balancer by itself", async () => {
            const other = JSON.parse(JSON.stringify(stackOf()).replaceAll("kube-api", "other")) as ReturnType<
                typeof stackOf
            >;
            assert.deepEqual(await judged(differentNodes, [...stackOf(), ...other]), []);
        });
    });

    describe("plain-text secrets", () => {
        const { privateKey } = generateKeyPairSync("ed25519", {
            privateKeyEncoding: { type: "pkcs8", format: "pem" },
            publicKeyEncoding: { type: "spki", format: "pem" },
        });
        const cases: [string, string, string][] = [
            ["a private key", privateKey, "a private key"],
            ["a Proxmox token", "root@pam!ci=01234567-89ab-cdef-0123-456789abcdef", "a Proxmox API token"],
            [
                "a kubeconfig",
                `users:\n- user:\n    client-key-data: ${"A".repeat(60)}\n`,
                "a kubeconfig with a private key",
            ],
            ["a token", `eyJ${"a".repeat(20)}.eyJ${"b".repeat(20)}.${"c".repeat(20)}`, "a token (JWT)"],
        ];
        for (const [what, text, called] of cases) {
            it(`finds ${what}, wherever it is in an input, and does not show it`, async () => {
                const props = { environment: { list: ["fine", `export X='${text}'`] } };
                const [message, ...others] = await messages(plainTextSecrets, [resource({ props })]);
                assert.ok(message!.startsWith(`thing: environment.list[1] holds ${called} in plain text`), message);
                assert.ok(!message!.includes(text.slice(0, 30)), "the value is not shown");
                assert.deepEqual(others, []);
            });
        }
        it("lets pass what is marked as secret, certificates, public keys, and the component's own resources", async () => {
            const props = {
                key: SECRET,
                later: UNKNOWN,
                certificate: "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n",
                public: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`,
                none: null,
            };
            assert.deepEqual(await judged(plainTextSecrets, [resource({ props }), ...stackOf()]), []);
        });
        it("looks for further patterns, and not at resources that are excepted", async () => {
            const vault = resource({ props: { token: "hvs.abcdefghijklmnopqrstuv" } });
            assert.deepEqual(await judged(plainTextSecrets, [vault]), []);
            const patterns = ["hvs\\.[a-z]{20}"];
            assert.match((await messages(plainTextSecrets, [vault], { patterns }))[0]!, /token holds what matches hvs/);
            assert.deepEqual(await judged(plainTextSecrets, [vault], { patterns, exceptResources: "::thing$" }), []);
        });
    });

    describe("the Proxmox endpoint", () => {
        const provider = (props: object) =>
            resource({ type: "pulumi:providers:proxmoxve", name: "proxmox", props: { ...props } });
        const endpoint = "https://pve1.example.com:8006";
        it("must be verified, and https", async () => {
            assert.match(
                (await messages(secureEndpoint, [provider({ endpoint, insecure: "true" })]))[0]!,
                /^proxmox: insecure is true: whoever answers at https:\/\/pve1\.example\.com:8006 gets the API token/,
            );
            assert.match(
                (await messages(secureEndpoint, [provider({ endpoint: "http://pve1:8006" })]))[0]!,
                /^proxmox: the endpoint http:\/\/pve1:8006 is not https/,
            );
        });
        it("passes when it is, when it is excepted, and when it is not known yet", async () => {
            for (const props of [{ endpoint, insecure: "false" }, { endpoint }, { endpoint: UNKNOWN }])
                assert.deepEqual(await judged(secureEndpoint, [provider(props)]), []);
            const insecureAllowed = [`${endpoint.toUpperCase()}/`];
            assert.deepEqual(
                await judged(secureEndpoint, [provider({ endpoint, insecure: "true" })], { insecureAllowed }),
                [],
            );
        });
    });

    describe("the number of API servers", () => {
        const one = { apiServers: ["10.30.100.51"] };
        for (const engine of ["nginx", "haproxy"] as const) {
            it(`is told with ${engine} when there is one`, async () => {
                assert.match(
                    (await messages(apiServers, stackOf(virtualMachines({ ...one, engine }))))[0]!,
                    /^kube-api: 1 API server \(10\.30\.100\.51:6443\) of the 2 /,
                );
                assert.deepEqual(await judged(apiServers, stackOf(virtualMachines({ engine }))), []);
            });
        }
        it("has a minimum of one's own", async () => {
            assert.deepEqual(await judged(apiServers, stackOf(virtualMachines(one)), { minimum: 1 }), []);
            assert.match(
                (await messages(apiServers, stackOf(), { minimum: 4 }))[0]!,
                /^kube-api: 3 API servers .* of the 4 /,
            );
        });
    });

    describe("VRRP on shared nodes", () => {
        const fast = virtualMachines({ vrrp: { profile: "fast" } });
        it("is not fast", async () => {
            assert.match(
                (await messages(sharedNodes, stackOf(fast)))[0]!,
                /^kube-api: an advertisement every 0\.05 s, and the VMs share their nodes \(vrrp1 on pve1, vrrp2 on pve2\)/,
            );
        });
        it("may be fast on dedicated nodes and on machines that exist; balanced is enough", async () => {
            assert.deepEqual(await judged(sharedNodes, stackOf(fast), { dedicatedNodes: ["pve1", "pve2"] }), []);
            assert.deepEqual(await judged(sharedNodes, stackOf(existingMachines({ vrrp: { profile: "fast" } }))), []);
            assert.deepEqual(await judged(sharedNodes, stackOf()), []);
            assert.equal((await judged(sharedNodes, stackOf(), { least: 0.3 })).length, 1);
        });
    });

    describe("VMs of production", () => {
        const found = async (stack: string, settings = {}) =>
            (await judged(protectedMachines, stackOf(virtualMachines(), stack), settings)).length;
        it("are protected, each", async () => {
            for (const stack of ["prod", "production", "site1-prod", "prod.eu"])
                assert.equal(await found(stack), 2, stack);
            const resources = stackOf(virtualMachines(), "prod").map((one) => ({ ...one, protect: true }));
            assert.deepEqual(await judged(protectedMachines, resources), []);
        });
        it("are those of stacks with such names", async () => {
            for (const stack of ["dev", "staging", "reproduction", "product"])
                assert.equal(await found(stack), 0, stack);
            assert.equal(await found("live", { stacks: "^live$" }), 2);
            assert.equal(await found("prod", { stacks: "^live$" }), 0);
        });
        it("are hosts of a load balancer", async () => {
            const type = "proxmoxve:index/vmLegacy:VmLegacy";
            const urn = `urn:pulumi:prod::p::${type}::other`;
            assert.deepEqual(await judged(protectedMachines, [resource({ type, name: "other", urn })]), []);
        });
    });
});
