/** Inputs each of which is good, and which cannot be meant together. */
import assert from "node:assert/strict";
import type { Inputs } from "../../../components/model/inputs";
import { credentialPlaceholder } from "../../../components/render/file";
import { INTERFACE_PLACEHOLDER, NETWORK_FILE_PLACEHOLDER } from "../../../components/render/paths";
import { CREDENTIALS } from "../../../components/render/tls";
import { assertRefused, existingMachines, modelOf, refusalOf, virtualMachines, withValue } from "../support";

type Case = [what: string, inputs: Inputs, path: string, reason: RegExp];

function refused(cases: Case[]): void {
    for (const [what, inputs, path, reason] of cases)
        it(`${what} (${path})`, () => assertRefused(inputs, path, reason));
}

const etcd = { name: "etcd", port: 2379, backends: ["10.30.100.51"] };
const listening = (over: object): Inputs => existingMachines({ listeners: [{ ...etcd, ...over }] });

describe("inputs that cannot be meant together are refused:", () => {
    describe("addresses no machine has", () => {
        refused([
            [
                "the broadcast address as gateway",
                withValue(virtualMachines(), "virtualMachines.gateway", "10.30.100.255"),
                "virtualMachines.gateway",
                /not be the network's own or broadcast address.*; received "10\.30\.100\.255"/,
            ],
            [
                "the network's own address as gateway",
                withValue(virtualMachines(), "virtualMachines.gateway", "10.30.100.0"),
                "virtualMachines.gateway",
                /network's own or broadcast/,
            ],
            [
                "the broadcast address as API server",
                withValue(existingMachines(), "apiServers[1]", "10.30.100.255"),
                "apiServers[1]",
                /network's own or broadcast/,
            ],
            [
                "the network's own address as API server",
                withValue(existingMachines(), "apiServers[0]", "10.30.100.0:6444"),
                "apiServers[0]",
                /network's own or broadcast/,
            ],
            [
                "the broadcast address as backend",
                listening({ backends: ["10.30.100.51", "10.30.100.255"] }),
                "listeners[0].backends[1]",
                /network's own or broadcast/,
            ],
            [
                "the broadcast address as name server",
                withValue(virtualMachines(), "virtualMachines.nameservers", ["10.30.100.255"]),
                "virtualMachines.nameservers[0]",
                /network's own or broadcast/,
            ],
        ]);
        it("but one that is an edge of another network is an address like any other", () => {
            assert.equal(
                modelOf(existingMachines({ apiServers: ["10.30.101.255"] })).apiServers[0]!.address,
                "10.30.101.255",
            );
        });
    });

    describe("a gateway that is somebody else", () => {
        refused([
            [
                "a host",
                withValue(virtualMachines(), "virtualMachines.gateway", "10.30.100.101"),
                "virtualMachines.gateway",
                /must not be the address of a host \(vrrp1\)/,
            ],
            [
                "an API server",
                withValue(virtualMachines(), "virtualMachines.gateway", "10.30.100.52"),
                "virtualMachines.gateway",
                /must not be the address of an API server/,
            ],
        ]);
    });

    describe("ports that something else has", () => {
        refused([
            [
                "the SSH server's",
                existingMachines({ port: 22 }),
                "port",
                /must not be 22, where the hosts' SSH server listens \(ssh\.port\)/,
            ],
            [
                "the SSH server's, moved",
                existingMachines({ port: 2222, ssh: { port: 2222 } }),
                "port",
                /must not be 2222/,
            ],
            ["the SSH server's, for a listener", listening({ port: 22 }), "listeners[0].port", /must not be 22/],
            [
                "an API server on a host, where the proxy answers for itself",
                existingMachines({ apiServers: ["10.30.100.101:6442"] }),
                "hosts[0].address",
                /apiServers\[0\].*port 6442.*the proxy's own answers/,
            ],
            [
                "a backend on a host, where nginx asks API servers for their health",
                listening({ backends: ["10.30.100.102:6441"] }),
                "hosts[1].address",
                /listeners\[0\]\.backends\[0\].*port 6441/,
            ],
        ]);
        it("but datagrams may have the SSH server's port", () =>
            assert.equal(modelOf(listening({ port: 22, protocol: "udp", backendPort: 53 })).listeners[1]!.port, 22));
        it("and HAProxy leaves an API server the port that only nginx uses", () =>
            assert.equal(
                modelOf(existingMachines({ engine: "haproxy", apiServers: ["10.30.100.101:6441"] })).apiServers[0]!
                    .port,
                6441,
            ));
    });

    describe("settings of the other engine", () => {
        for (const [engine, other, settings] of [
            [
                "haproxy",
                "nginx",
                {
                    source: "container",
                    workerConnections: 1024,
                    extraConfiguration: "",
                    container: { image: "docker.io/library/nginx:1" },
                },
            ],
            ["nginx", "haproxy", { maxConnections: 1000, extraConfiguration: "retries 5" }],
        ] as const) {
            it(`${other}'s with ${engine}`, () => {
                const { problems } = refusalOf(existingMachines({ engine, [other]: settings }));
                assert.deepEqual(
                    problems.map(({ path }) => path),
                    Object.keys(settings).map((key) => `${other}.${key}`),
                );
                for (const { reason } of problems) assert.match(reason, new RegExp(`^is for the engine ${other} only`));
            });
        }
        it("but a group in which nothing is set is no setting", () =>
            assert.equal(modelOf(existingMachines({ engine: "haproxy", nginx: {} })).engine, "haproxy"));
    });

    describe("virtual machines", () => {
        refused([
            [
                "the id of a template that another host is cloned from",
                withValue(
                    withValue(virtualMachines(), "hosts[0].virtualMachine.vmId", 9001),
                    "hosts[1].virtualMachine.template",
                    { vmId: 9001 },
                ),
                "hosts[0].virtualMachine.vmId",
                /must not be the id of the template of vrrp2/,
            ],
            [
                "one tag twice",
                withValue(virtualMachines(), "hosts[0].virtualMachine.tags", ["a", "b", "a"]),
                "hosts[0].virtualMachine.tags[2]",
                /tags must be distinct, and hosts\[0\]\.virtualMachine\.tags\[0\] already/,
            ],
            [
                "a search domain with an empty part",
                withValue(virtualMachines(), "virtualMachines.searchDomain", "a..b"),
                "virtualMachines.searchDomain",
                /a domain name/,
            ],
            [
                "a search domain longer than DNS has",
                withValue(virtualMachines(), "virtualMachines.searchDomain", `${"a.".repeat(150)}b`),
                "virtualMachines.searchDomain",
                /a domain name/,
            ],
        ]);
        for (const key of ["node", "datastore", "bridge", "cpuType"]) {
            it(`a name longer than any (${key})`, () =>
                assertRefused(
                    withValue(virtualMachines(), `hosts[0].virtualMachine.${key}`, "a".repeat(100_000)),
                    `hosts[0].virtualMachine.${key}`,
                    /^must be .*; received "aaa/,
                ));
        }
        it("a tag longer than any", () =>
            assertRefused(
                withValue(virtualMachines(), "virtualMachines.tags", ["a".repeat(100_000)]),
                "virtualMachines.tags[0]",
                /a tag in lower case/,
            ));
    });
});

describe("what the hosts fill in themselves is refused in text that somebody gives", () => {
    for (const placeholder of [
        INTERFACE_PLACEHOLDER,
        NETWORK_FILE_PLACEHOLDER,
        credentialPlaceholder(CREDENTIALS.vrrpPassword),
        credentialPlaceholder("anything"),
    ]) {
        it(placeholder, () => {
            for (const [path, inputs] of [
                ["logs.connectionFormat", existingMachines({ logs: { connectionFormat: `a ${placeholder}` } })],
                ["logs.requestFormat", existingMachines({ logs: { requestFormat: placeholder } })],
                [
                    "nginx.extraConfiguration",
                    existingMachines({ nginx: { extraConfiguration: `# ${placeholder}\nallow all;` } }),
                ],
                [
                    "haproxy.extraConfiguration",
                    existingMachines({ engine: "haproxy", haproxy: { extraConfiguration: `# ${placeholder}` } }),
                ],
            ] as const)
                assertRefused(
                    inputs,
                    path,
                    /must not hold @interface@, @network-file@ or @credential:, which each host fills in with values of its own/,
                );
        });
    }
    it("but an at sign is not", () =>
        assert.match(
            modelOf(existingMachines({ logs: { connectionFormat: "me@here @interface" } })).logs.connectionFormat!,
            /@interface$/,
        ));
});

describe("numbers within text have one form only:", () => {
    refused([
        [
            "a length of a network with a leading zero",
            existingMachines({ vip: "10.30.100.100/08" }),
            "vip",
            /prefix length from 8 to 30/,
        ],
        [
            "a port with a leading zero",
            withValue(existingMachines(), "apiServers[0]", "10.30.100.5:06443"),
            "apiServers[0]",
            /port from 1 to 65535/,
        ],
    ]);
});

describe("text that no daemon could read is refused:", () => {
    const image = (text: string): Inputs =>
        existingMachines({ nginx: { source: "container", container: { image: text } } });
    refused([
        [
            "a path longer than nginx reads",
            existingMachines({ balancing: { healthCheck: { path: `/${"a".repeat(1000)}` } } }),
            "balancing.healthCheck.path",
            /a path such as \/readyz, of at most 1000 characters/,
        ],
        [
            "a dollar that begins no variable",
            existingMachines({ logs: { connectionFormat: "cost: $" } }),
            "logs.connectionFormat",
            /a \$ only before the name of a variable/,
        ],
        [
            "a dollar before a brace that names nothing",
            existingMachines({ logs: { requestFormat: "${}" } }),
            "logs.requestFormat",
            /a \$ only before the name of a variable/,
        ],
        [
            "a brace that does not end",
            existingMachines({ logs: { requestFormat: "${remote_addr" } }),
            "logs.requestFormat",
            /a \$ only before the name of a variable/,
        ],
        [
            "what nginx takes for a way of escaping",
            existingMachines({ logs: { connectionFormat: "escape=foo" } }),
            "logs.connectionFormat",
            /not begin with escape=/,
        ],
        [
            "a format of blanks",
            existingMachines({ logs: { connectionFormat: "  " } }),
            "logs.connectionFormat",
            /one line of text/,
        ],
        [
            "an image's name longer than registries have",
            image(`a.${"a.".repeat(20_000)}`),
            "nginx.container.image",
            /of at most 500 characters/,
        ],
        [
            "a section of one's own in HAProxy's defaults",
            existingMachines({
                engine: "haproxy",
                haproxy: { extraConfiguration: "retries 5\n  listen evil\n  bind :1" },
            }),
            "haproxy.extraConfiguration",
            /lines of the section "defaults", which opens no other one; line 2 begins with listen/,
        ],
        [
            "the section again, which would drop what stands in it",
            existingMachines({ engine: "haproxy", haproxy: { extraConfiguration: '"defaults"' } }),
            "haproxy.extraConfiguration",
            /line 1 begins with defaults/,
        ],
        [
            "a keyword in disguise",
            existingMachines({ engine: "haproxy", haproxy: { extraConfiguration: "front\\end x" } }),
            "haproxy.extraConfiguration",
            /line 1 begins with frontend/,
        ],
    ]);
    for (const name of [".", "..", "--help", "-e", "eth0@if2", "@interface@", "eth0.1@eth0", "a/b", "a:b"]) {
        it(`a name of an interface that the kernel does not take, or shows only (${name})`, () =>
            assertRefused(
                withValue(existingMachines(), "hosts[0].interface", name),
                "hosts[0].interface",
                /the name of a network interface/,
            ));
    }
});
