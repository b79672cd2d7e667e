import assert from "node:assert/strict";
import type { Inputs } from "../../../components/model/inputs";
import {
    assertRefused,
    existingMachines,
    modelOf,
    PUBLIC_KEY,
    refusalOf,
    virtualMachines,
    withValue,
} from "../support";

type Case = [what: string, path: string, value: unknown, reason: RegExp];

/** One test a case: the value at the path is refused for this reason alone. */
function refuses(inputs: () => Inputs, cases: Case[]): void {
    for (const [what, path, value, reason] of cases) {
        it(`${what} (${path})`, () => assertRefused(withValue(inputs(), path, value), path, reason));
    }
}

describe("bad inputs are refused, by path, with what was received and what is allowed:", () => {
    describe("addresses", () => {
        refuses(existingMachines, [
            ["a VIP that is no address", "vip", "10.30.100/24", /IPv4 address such as .*; received "10\.30\.100"/],
            ["a VIP that is no name either", "vip", "kube_api.example.com/24", /IPv4 address such as/],
            [
                "a VIP with a senseless prefix length",
                "vip",
                "10.30.100.100/33",
                /prefix length from 8 to 30.*; received "10\.30\.100\.100\/33"/,
            ],
            ["a VIP with two prefix lengths", "vip", "10.30.100.100/24/24", /prefix length from 8 to 30/],
            [
                "an octet above 255",
                "hosts[0].address",
                "10.30.100.256",
                /IPv4 address such as .*; received "10\.30\.100\.256"/,
            ],
            [
                "an octet with a leading zero, which some tools take for octal",
                "hosts[0].address",
                "10.30.100.010",
                /IPv4 address such as/,
            ],
            ["an address of three parts", "hosts[0].address", "10.30.101", /IPv4 address such as/],
            [
                "an IPv6 address, saying that it is not supported",
                "hosts[1].address",
                "fd00::1",
                /IPv6 is not supported yet\); received "fd00::1"/,
            ],
            ["an empty address", "hosts[1].address", "", /IPv4 address such as .*; received ""/],
            ["a loopback address", "apiServers[1]", "127.0.0.1", /not a loopback one; received "127\.0\.0\.1"/],
            ["a multicast address", "apiServers[0]", "224.0.0.18", /not a multicast one/],
            ["an unknown place to listen", "listenOn", "host", /one of all, vip; received "host"/],
            [
                "a name instead of an API server's address",
                "apiServers[2]",
                "api.example.com:6443",
                /IPv4 address such as/,
            ],
        ]);
        it("a name server that is a name", () =>
            assertRefused(
                existingMachines({ dnsServers: ["dns.example.com"] }),
                "dnsServers[0]",
                /IPv4 address such as/,
            ));
        it("a host that has the VIP", () =>
            assertRefused(
                withValue(existingMachines(), "hosts[1].address", "10.30.100.100"),
                "hosts[1].address",
                /must not be the VIP/,
            ));
        it("a host outside the VIP's network", () =>
            assertRefused(
                withValue(existingMachines(), "hosts[1].address", "10.30.101.102"),
                "hosts[1].address",
                /must be in the VIP's network, 10\.30\.100\.0\/24; received "10\.30\.101\.102"/,
            ));
        it("a host that has the network's own address", () =>
            assertRefused(
                withValue(existingMachines(), "hosts[0].address", "10.30.100.0"),
                "hosts[0].address",
                /network's own or broadcast/,
            ));
        it("a host that has the broadcast address", () =>
            assertRefused(
                withValue(existingMachines(), "hosts[0].address", "10.30.100.255"),
                "hosts[0].address",
                /network's own or broadcast/,
            ));
        it("a VIP that is the broadcast address of its network", () =>
            assertRefused(
                existingMachines({
                    vip: "10.30.100.127/25",
                    hosts: [
                        { name: "a", address: "10.30.100.101" },
                        { name: "b", address: "10.30.100.102" },
                    ],
                }),
                "vip",
                /10\.30\.100\.0, 10\.30\.100\.127/,
            ));
        it("a host that has an API server's address, and would take its port, naming which", () =>
            assertRefused(
                withValue(existingMachines(), "hosts[0].address", "10.30.100.52"),
                "hosts[0].address",
                /apiServers\[1\].*take its port 6443: choose another port, or listenOn: vip; received "10\.30\.100\.52"/,
            ));
        it("but not when the proxy leaves the API server its port", () => {
            const shared = withValue(existingMachines(), "hosts[0].address", "10.30.100.52");
            assert.equal(modelOf(withValue(shared, "port", 8443)).port, 8443);
            assert.equal(modelOf(withValue(shared, "listenOn", "vip")).listenOn, "vip");
        });
        it("an API server that is the VIP", () =>
            assertRefused(
                withValue(existingMachines(), "apiServers[0]", "10.30.100.100"),
                "apiServers",
                /must not contain the VIP/,
            ));
        it("two hosts with one address, naming the first", () =>
            assertRefused(
                withValue(existingMachines(), "hosts[1].address", "10.30.100.101"),
                "hosts[1].address",
                /distinct, and vrrp1 already has this one; received "10\.30\.100\.101"/,
            ));
        it("an API server named twice, once with and once without its port", () =>
            assertRefused(
                withValue(existingMachines(), "apiServers[2]", "10.30.100.51:6443"),
                "apiServers[2]",
                /distinct, and apiServers\[0\] already has this one/,
            ));
    });

    describe("lists", () => {
        refuses(existingMachines, [
            ["no API server", "apiServers", [], /at least one API server/],
            ["no host", "hosts", [], /at least two hosts/],
            [
                "one host",
                "hosts",
                [{ name: "vrrp1", address: "10.30.100.101" }],
                /one alone is not highly available \(allowSingleHost: true accepts it\)/,
            ],
            [
                "more hosts than VRRP has use for",
                "hosts",
                Array.from({ length: 21 }, (_, i) => ({
                    name: `h${i}`,
                    address: `10.30.100.${101 + i}`,
                    priority: i + 1,
                })),
                /at most 20 hosts; received 21/,
            ],
        ]);
        it("API servers that are no list (apiServers)", () => {
            assert.match(
                refusalOf(withValue(existingMachines(), "apiServers", "10.30.100.51")).message,
                /apiServers: must be a list; received "10\.30\.100\.51"/,
            );
        });
        it("but one host is fine when it is allowed to be alone", () => {
            assert.equal(
                modelOf(
                    existingMachines({ hosts: [{ name: "vrrp1", address: "10.30.100.101" }], allowSingleHost: true }),
                ).hosts.length,
                1,
            );
        });
    });

    describe("numbers", () => {
        refuses(existingMachines, [
            ["port 0", "port", 0, /whole number from 1 to 65535; received 0/],
            ["a port above 65535", "port", 65536, /whole number from 1 to 65535; received 65536/],
            ["a port that is text", "port", "6443", /whole number from 1 to 65535; received "6443"/],
            ["a port that is not whole", "ssh.port", 22.5, /whole number from 1 to 65535; received 22\.5/],
            ["a port that is no number at all", "apiServerPort", Number.NaN, /whole number from 1 to 65535/],
            ["the port the proxy answers on itself", "port", 6442, /must not be 6441 or 6442/],
            ["the port the API servers' health is asked on", "port", 6441, /must not be 6441 or 6442/],
            [
                "an API server's port above 65535",
                "apiServers[0]",
                "10.30.100.51:65536",
                /port from 1 to 65535.*received "10\.30\.100\.51:65536"/,
            ],
            ["an API server's empty port", "apiServers[0]", "10.30.100.51:", /port from 1 to 65535/],
            ["router id 0", "vrrp.routerId", 0, /whole number from 1 to 255; received 0/],
            ["router id 256", "vrrp.routerId", 256, /whole number from 1 to 255; received 256/],
            ["a router id that is not whole", "vrrp.routerId", 51.5, /whole number from 1 to 255; received 51\.5/],
            ["priority 0, which means: I am leaving", "hosts[0].priority", 0, /whole number from 1 to 255; received 0/],
            [
                "a priority the protocol has no room for",
                "hosts[0].priority",
                256,
                /whole number from 1 to 255; received 256/,
            ],
            [
                "advertisements too often",
                "vrrp.advertisementInterval",
                0.01,
                /seconds from 0\.05 to 40, in steps of 0\.01; received 0\.01/,
            ],
            [
                "advertisements too seldom for the protocol",
                "vrrp.advertisementInterval",
                41,
                /seconds from 0\.05 to 40, in steps of 0\.01; received 41/,
            ],
            [
                "a fraction of a second that advertisements cannot say",
                "vrrp.advertisementInterval",
                0.125,
                /seconds from 0\.05 to 40, in steps of 0\.01; received 0\.125/,
            ],
            [
                "another one, which is only a thousandth too much",
                "vrrp.advertisementInterval",
                0.113,
                /in steps of 0\.01; received 0\.113/,
            ],
            [
                "a third of a second between advertisements",
                "vrrp.advertisementInterval",
                1 / 3,
                /in steps of 0\.01; received 0\.3333/,
            ],
            ["time-outs as text", "balancing.connectTimeout", "1s", /seconds from 0\.05 to 60; received "1s"/],
            ["layer 5", "layer", 5, /must be 4 or 7; received 5/],
            [
                "a profile there is not",
                "vrrp.profile",
                "faster",
                /must be one of fast, balanced, tolerant; received "faster"/,
            ],
            [
                "a switchover there is not",
                "vrrp.switchover",
                "soft",
                /must be one of graceful, immediate; received "soft"/,
            ],
            [
                "an upgrade with a blank in its name",
                "packageUpgradeTrigger",
                "next week",
                /letters, digits and . _ : \+ -, such as a date; received "next week"/,
            ],
            ["version 4", "vrrp.version", 4, /whole number from 2 to 3; received 4/],
            [
                "an idle time-out that would cut watches",
                "balancing.idleTimeout",
                10,
                /seconds from 60 to 604800; received 10/,
            ],
            ["too few connections", "nginx.workerConnections", 10, /whole number from 512 to 1048576; received 10/],
            [
                "infinitely many connections",
                "nginx.workerConnections",
                Number.POSITIVE_INFINITY,
                /whole number from 512/,
            ],
            ["a negative refresh", "vrrp.gratuitousArpRefresh", -1, /whole number from 0 to 86400; received -1/],
            ["yes instead of true", "vrrp.preempt", "yes", /true or false; received "yes"/],
        ]);
        it("but a sum that is a hundredth of a second as near as numbers can say is that hundredth", () => {
            for (const [sum, meant] of [
                [0.1 + 0.2, 0.3],
                [1.1 * 3, 3.3],
                [0.57, 0.57],
                [(0.29 * 100) / 100, 0.29],
            ] as const) {
                assert.equal(
                    modelOf(existingMachines({ vrrp: { advertisementInterval: sum } })).vrrp.advertisementInterval,
                    meant,
                );
            }
        });
        it("two hosts with one priority, naming the first", () => {
            const inputs = withValue(withValue(existingMachines(), "hosts[0].priority", 100), "hosts[1].priority", 100);
            assertRefused(inputs, "hosts[1].priority", /distinct, and vrrp1 already has this one; received 100/);
        });
        it("a priority given to one host that another gets by default", () =>
            assertRefused(
                withValue(existingMachines(), "hosts[1].priority", 254),
                "hosts[1].priority",
                /distinct, and vrrp1/,
            ));
    });

    describe("VRRP", () => {
        refuses(existingMachines, [
            [
                "a password in version 3, which has none",
                "vrrp.authentication",
                "password",
                /none with version 3.*set vrrp\.version to 2/,
            ],
            [
                "an unknown kind of check",
                "vrrp.check.kind",
                "killall",
                /one of answer, process, api; received "killall"/,
            ],
            ["a check every half second", "vrrp.check.interval", 0.5, /whole number from 1 to 3600; received 0\.5/],
            ["a weight nobody can act on", "vrrp.check.weight", -20, /must be 0 unless vrrp\.preempt is true/],
            ["an unknown transport", "vrrp.transport", "broadcast", /one of unicast, multicast; received "broadcast"/],
            ["a user with a space", "vrrp.scriptUser", "www data", /Linux user name/],
            [
                "a host that starts as master and may not preempt",
                "hosts[0].initialState",
                "master",
                /backup unless vrrp\.preempt is true/,
            ],
            ["an unknown state", "hosts[0].initialState", "MASTER", /one of backup, master; received "MASTER"/],
            [
                "the owner's priority without preemption, which keepalived would turn on",
                "hosts[0].priority",
                255,
                /at most 254 unless vrrp\.preempt is true/,
            ],
        ]);
        it("a password that nothing would use", () =>
            assertRefused(
                existingMachines({ vrrp: { hasPassword: true } }),
                "vrrp.password",
                /only used with vrrp\.authentication password/,
            ));
        it("fractions of a second in version 2", () =>
            assertRefused(
                existingMachines({ vrrp: { version: 2, advertisementInterval: 0.5 } }),
                "vrrp.advertisementInterval",
                /whole number from 1 to 40; received 0\.5/,
            ));
        it("the owner's priority with a weight, which keepalived would ignore", () =>
            assertRefused(
                withValue(
                    existingMachines({ vrrp: { preempt: true, check: { weight: -20 } } }),
                    "hosts[0].priority",
                    255,
                ),
                "hosts[0].priority",
                /keeps its priority whatever the check says; received 255/,
            ));
        it("a check that asks the host's own address where the proxy listens on the VIP only", () =>
            assertRefused(
                existingMachines({ listenOn: "vip", vrrp: { check: { kind: "api" } } }),
                "vrrp.check.kind",
                /answer or process with listenOn: vip.*received "api"/,
            ));
    });

    describe("listeners", () => {
        const etcd = { name: "etcd", port: 4001, backends: ["10.30.100.51", "10.30.100.52"], backendPort: 6001 };
        const listening = (over: object): Inputs => existingMachines({ listeners: [{ ...etcd, ...over }] });
        for (const [what, over, path, reason] of [
            ["no backend", { backends: [] }, "backends", /at least one backend/],
            ["a backend that is a name", { backends: ["etcd1.example.com"] }, "backends[0]", /IPv4 address such as/],
            [
                "a backend with a port that is none",
                { backends: ["10.30.100.51:http"] },
                "backends[0]",
                /port from 1 to 65535/,
            ],
            [
                "one backend twice",
                { backends: ["10.30.100.51", "10.30.100.51:6001"] },
                "backends[1]",
                /backends must be distinct, and listeners\[0\]\.backends\[0\] already/,
            ],
            [
                "the VIP as backend",
                { backends: ["10.30.100.100:6001"] },
                "backends",
                /the load balancer would forward to itself/,
            ],
            ["no port", { port: undefined }, "port", /whole number from 1 to 65535; received null/],
            [
                "the API's port",
                { port: 6443 },
                "port",
                /ports of listeners must be distinct, and kube-api already has this one/,
            ],
            [
                "the API's name",
                { name: "kube-api" },
                "name",
                /names of listeners must be distinct, and the Kubernetes API already/,
            ],
            [
                "a name with a slash, which would be part of a path",
                { name: "a/b" },
                "name",
                /lower-case letters, digits and hyphens/,
            ],
            ["a protocol of another layer", { protocol: "http" }, "protocol", /one of tcp, udp; received "http"/],
            [
                "an unknown way of balancing",
                { balancing: { method: "random" } },
                "balancing.method",
                /one of leastConnections, roundRobin; received "random"/,
            ],
            [
                "failures that are no number",
                { balancing: { maxFails: "3" } },
                "balancing.maxFails",
                /whole number from 0 to 1000; received "3"/,
            ],
            [
                "a time without end",
                { balancing: { failTimeout: 0 } },
                "balancing.failTimeout",
                /whole number from 1 to 3600; received 0/,
            ],
            [
                "health checks of datagrams",
                { protocol: "udp", balancing: { healthCheck: { interval: 1 } } },
                "balancing.healthCheck",
                /for TCP only/,
            ],
            [
                "a health check without time",
                { balancing: { healthCheck: { timeout: 0 } } },
                "balancing.healthCheck.timeout",
                /number of seconds from 0.1 to 60; received 0/,
            ],
        ] as [string, object, string, RegExp][]) {
            it(`${what} (listeners[0].${path})`, () => assertRefused(listening(over), `listeners[0].${path}`, reason));
        }
        it("UDP with HAProxy", () =>
            assertRefused(
                { ...listening({ protocol: "udp" }), engine: "haproxy" },
                "listeners[0].protocol",
                /tcp with the engine haproxy, which forwards no UDP/,
            ));
        it("nginx's counting of failures with HAProxy", () =>
            assertRefused(
                { ...listening({ balancing: { maxFails: 3 } }), engine: "haproxy" },
                "listeners[0].balancing.maxFails",
                /for the engine nginx only/,
            ));
        it("a host that is a backend too, and whose port the proxy would take", () =>
            assertRefused(
                listening({ port: 6001, backends: ["10.30.100.102:6001"] }),
                "hosts[1].address",
                /\(listeners\[0\]\.backends\[0\]\), and the proxy would take its port 6001/,
            ));
        it("but one port may be both TCP and UDP", () =>
            assert.equal(
                modelOf(
                    existingMachines({
                        listeners: [
                            { ...etcd, port: 53 },
                            { ...etcd, name: "dns", port: 53, protocol: "udp" },
                        ],
                    }),
                ).listeners.length,
                3,
            ));
    });

    describe("names and text", () => {
        refuses(existingMachines, [
            ["a name in capitals", "hosts[0].name", "VRRP1", /lower-case letters.*; received "VRRP1"/],
            ["a name that begins with a digit", "hosts[0].name", "1vrrp", /lower-case letters/],
            ["a name of 64 letters", "hosts[0].name", "a".repeat(64), /lower-case letters/],
            ["a name with a line break", "hosts[0].name", "vrrp1\n}", /lower-case letters/],
            ["no name", "hosts[0].name", undefined, /lower-case letters.*; received null/],
            ["an interface with a space", "hosts[0].interface", "ens18 ens19", /network interface, such as ens18/],
            [
                "an interface name longer than the kernel's",
                "hosts[0].interface",
                "abcdefghijklmnop",
                /network interface/,
            ],
            ["a login that is no user name", "ssh.user", "root; reboot", /Linux user name; received "root; reboot"/],
            ["nginx directives with control characters", "nginx.extraConfiguration", "allow all;\u0007", /plain ASCII/],
            [
                "an unknown source of nginx",
                "nginx.source",
                "snap",
                /one of distribution, nginx\.org, container; received "snap"/,
            ],
            [
                "settings of nginx.org without nginx.org",
                "nginx.channel",
                "mainline",
                /only used with nginx\.source nginx\.org; received "mainline"/,
            ],
        ]);
        it("two hosts with one name", () =>
            assertRefused(
                withValue(existingMachines(), "hosts[1].name", "vrrp1"),
                "hosts[1].name",
                /distinct, and hosts\[0\]\.name already has this one/,
            ));
        it("an unknown channel of nginx.org", () =>
            assertRefused(
                existingMachines({ nginx: { source: "nginx.org", channel: "nightly" as "stable" } }),
                "nginx.channel",
                /one of stable, mainline; received "nightly"/,
            ));
        it("a repository that is no address", () =>
            assertRefused(
                existingMachines({ nginx: { source: "nginx.org", repository: "https://nginx.org/' '" } }),
                "nginx.repository",
                /such as https:\/\/nginx\.org/,
            ));
        it("fingerprints that are none", () =>
            assertRefused(
                existingMachines({ nginx: { source: "nginx.org", signingKeyFingerprints: ["573BFD6B"] } }),
                "nginx.signingKeyFingerprints[0]",
                /40 hexadecimal digits; received "573BFD6B"/,
            ));
        const DIGEST = `sha256:${"ab".repeat(32)}`;
        const fromImage = (container: object, more: object = {}): Inputs =>
            existingMachines({
                nginx: {
                    source: "container",
                    container: { image: `docker.io/library/nginx@${DIGEST}`, ...container },
                    ...more,
                },
            });
        const images: [what: string, image: unknown, received: RegExp][] = [
            ["a container without an image", undefined, /received null/],
            [
                "an image without its registry, which means another one on each host",
                "nginx:1.28",
                /received "nginx:1\.28"/,
            ],
            ["an image with an organisation and no registry", "library/nginx:1.28", /received "library\/nginx:1\.28"/],
            [
                "an image with neither tag nor digest",
                "docker.io/library/nginx",
                /received "docker\.io\/library\/nginx"/,
            ],
            ["an image with half a digest", "docker.io/library/nginx@sha256:abcd", /received "docker\.io/],
            [
                "an image with a space, which would be another argument",
                "docker.io/library/nginx:1.28 --privileged",
                /received "docker\.io/,
            ],
        ];
        for (const [what, image, received] of images) {
            it(`${what} (nginx.container.image)`, () => {
                assertRefused(
                    fromImage({ image }),
                    "nginx.container.image",
                    /with its registry and a tag or digest, such as docker\.io\/library\/nginx@sha256:/,
                );
                assertRefused(fromImage({ image }), "nginx.container.image", received);
            });
        }
        it("a source container with nothing said about the container", () =>
            assertRefused(
                existingMachines({ nginx: { source: "container" } }),
                "nginx.container.image",
                /with its registry and a tag or digest.*; received null/,
            ));
        it("an unknown container runtime", () =>
            assertRefused(
                fromImage({ runtime: "lxc" }),
                "nginx.container.runtime",
                /one of podman, docker; received "lxc"/,
            ));
        it("a user of the image that is no user name", () =>
            assertRefused(
                fromImage({ user: "101:101" }),
                "nginx.container.user",
                /Linux user name; received "101:101"/,
            ));
        it("a container with another source", () => {
            for (const source of [undefined, "distribution", "nginx.org"] as const) {
                assertRefused(fromImage({}, { source }), "nginx.container", /only used with nginx\.source container/);
            }
        });
        it("a repository and its keys with source container", () => {
            const { problems } = refusalOf(
                fromImage({}, { repository: "https://nginx.org", signingKeyFingerprints: [DIGEST] }),
            );
            assert.deepEqual(problems.map(({ path }) => path).sort(), [
                "nginx.repository",
                "nginx.signingKeyFingerprints",
            ]);
        });
        it("but an image of a private registry with a port is fine", () => {
            assert.deepEqual(modelOf(fromImage({ image: "registry.example.com:5000/nginx:1.28" })).nginx.source, {
                kind: "container",
                image: "registry.example.com:5000/nginx:1.28",
                runtime: "podman",
                user: "nginx",
            });
        });
        it("a log format that would end its own quotes", () =>
            assertRefused(
                existingMachines({ logs: { connectionFormat: "$remote_addr'; error_log off" } }),
                "logs.connectionFormat",
                /without single quotes and backslashes/,
            ));
        it("a log format of nginx for HAProxy", () =>
            assertRefused(
                existingMachines({ engine: "haproxy", logs: { connectionFormat: "$remote_addr" } }),
                "logs.connectionFormat",
                /for the engine nginx only/,
            ));
        it("an empty list of fingerprints, which would trust nothing", () =>
            assertRefused(
                existingMachines({ nginx: { source: "nginx.org", signingKeyFingerprints: [] } }),
                "nginx.signingKeyFingerprints",
                /at least one key/,
            ));
    });

    describe("keys", () => {
        refuses(virtualMachines, [
            [
                "a host key that is none",
                "hosts[0].hostKey",
                "SHA256:abc",
                /public key such as "ssh-ed25519 AAAA\.\.\."; received "SHA256:abc"/,
            ],
            [
                "a host key with its host name, as in known_hosts",
                "hosts[0].hostKey",
                `vrrp1 ${PUBLIC_KEY}`,
                /public key such as/,
            ],
            [
                "a private key among the public ones, without showing it",
                "ssh.authorizedKeys[0]",
                "-----BEGIN EC PRIVATE KEY-----\nMHcC",
                /received a private key, which is not shown$/,
            ],
            ["two keys in one line", "ssh.authorizedKeys[0]", `${PUBLIC_KEY}\n${PUBLIC_KEY}`, /public key such as/],
        ]);
        it("VMs nobody could log in to", () => {
            const { problems } = refusalOf(withValue(virtualMachines(), "ssh.authorizedKeys", []));
            assert.deepEqual(
                problems.map(({ path }) => path),
                ["ssh.authorizedKeys", "ssh.authorizedKeys"],
            );
            assert.match(problems[0]!.reason, /log in to the VM of vrrp1/);
        });
    });

    describe("virtual machines", () => {
        refuses(virtualMachines, [
            [
                "a VM id below 100",
                "hosts[0].virtualMachine.vmId",
                99,
                /whole number from 100 to 999999999; received 99/,
            ],
            ["a VM id that is not whole", "hosts[0].virtualMachine.vmId", 1101.5, /whole number from 100/],
            [
                "the template's own id",
                "hosts[1].virtualMachine.vmId",
                9000,
                /must not be the id of the template of \w.*; received 9000/,
            ],
            [
                "one VM id twice",
                "hosts[1].virtualMachine.vmId",
                1101,
                /distinct, and vrrp1 already has this one; received 1101/,
            ],
            ["a VM id shared by all", "virtualMachines.vmId", 1100, /belongs to each host's own/],
            ["no node", "hosts[0].virtualMachine.node", undefined, /Proxmox node, such as pve1; received null/],
            [
                "a gateway in another network",
                "virtualMachines.gateway",
                "10.30.99.1",
                /in the VIP's network; received "10\.30\.99\.1"/,
            ],
            ["the VIP as gateway", "virtualMachines.gateway", "10.30.100.100", /must not be the VIP/],
            [
                "a VLAN tag out of range",
                "hosts[0].virtualMachine.vlanId",
                4095,
                /whole number from 1 to 4094; received 4095/,
            ],
            ["half a core", "hosts[0].virtualMachine.cores", 0.5, /whole number from 1 to 512; received 0\.5/],
            ["a storage's name with a comma", "hosts[0].virtualMachine.datastore", "local,size=1T", /Proxmox storage/],
        ]);
        it("a virtualMachine left empty, as YAML does, saying what an empty one looks like", () => {
            const { message } = refusalOf(withValue(virtualMachines(), "hosts[0].virtualMachine", null));
            assert.match(
                message,
                /hosts\[0\]\.virtualMachine: must be .*\{\} takes all from virtualMachines; received null/,
            );
        });
        it("settings of VMs when no host is one, saying how a host becomes one", () =>
            assertRefused(
                existingMachines({ virtualMachines: { node: "pve1" } }),
                "virtualMachines",
                /no host is a VM: add virtualMachine: \{\}/,
            ));
        it("a tag in capitals", () =>
            assertRefused(
                withValue(virtualMachines(), "hosts[0].virtualMachine.tags", ["HA"]),
                "hosts[0].virtualMachine.tags[0]",
                /lower case; received "HA"/,
            ));
        it("a name server that is a name", () =>
            assertRefused(
                withValue(virtualMachines(), "hosts[0].virtualMachine.nameservers", ["dns.example.com"]),
                "hosts[0].virtualMachine.nameservers[0]",
                /IPv4 address such as/,
            ));
        it("neither a template nor an image", () => {
            const inputs = withValue(virtualMachines(), "virtualMachines.template", undefined);
            assert.deepEqual(
                refusalOf(inputs).problems.map(({ path }) => path),
                ["hosts[0].virtualMachine", "hosts[1].virtualMachine"],
            );
            assert.match(refusalOf(inputs).message, /either a template to clone or a cloud image to import/);
        });
        it("both a template and an image", () => {
            const both = {
                node: "pve1",
                template: { vmId: 9000 },
                image: { url: "https://example.com/a.qcow2", checksum: "ab".repeat(32) },
            };
            assertRefused(
                withValue(virtualMachines(), "hosts[0].virtualMachine", both),
                "hosts[0].virtualMachine",
                /either a template .*; received "both"/,
            );
        });
        it("a wrong setting that all VMs share is named once, where it was written", () => {
            assert.deepEqual(
                refusalOf(withValue(virtualMachines(), "virtualMachines.memory", 1)).problems.map(({ path }) => path),
                ["virtualMachines.memory"],
            );
        });

        const imported = (image: object): Inputs =>
            withValue(virtualMachines(), "hosts[0].virtualMachine", {
                node: "pve1",
                image: { url: "https://example.com/debian.qcow2", checksum: "ab".repeat(32), ...image },
            });
        for (const [what, image, key, reason] of [
            [
                "an image without an address",
                { url: undefined },
                "url",
                /http or https address of a file; received null/,
            ],
            [
                "an image's address with spaces",
                { url: "https://example.com/a b.qcow2" },
                "url",
                /http or https address of a file/,
            ],
            [
                "an image without its checksum",
                { checksum: undefined },
                "checksum",
                /64 hexadecimal digits; received null/,
            ],
            [
                "a checksum that is none",
                { checksum: "sha256:abc" },
                "checksum",
                /64 hexadecimal digits; received "sha256:abc"/,
            ],
            [
                "a checksum of the wrong length for its algorithm",
                { checksum: "ab".repeat(16) },
                "checksum",
                /sha256 checksum of 64 hexadecimal digits; received "abab/,
            ],
            [
                "an unknown checksum algorithm",
                { checksumAlgorithm: "crc32" },
                "checksumAlgorithm",
                /md5, sha1.*; received "crc32"/,
            ],
            [
                "a packed image",
                { fileName: "debian.tar.xz" },
                "fileName",
                /\.qcow2, \.raw or \.vmdk; received "debian\.tar\.xz"/,
            ],
        ] as [string, object, string, RegExp][]) {
            it(what, () => assertRefused(imported(image), `hosts[0].virtualMachine.image.${key}`, reason));
        }
    });

    it("and all problems of one set of inputs come in one message that says nothing was changed", () => {
        let inputs = existingMachines();
        for (const [path, value] of [
            ["vip", "nowhere"],
            ["apiServers[1]", "x"],
            ["hosts[0].name", "A"],
            ["hosts[1].address", "y"],
            ["ssh.port", 0],
            ["vrrp.routerId", 300],
            ["balancing.idleTimeout", 1],
        ] as const) {
            inputs = withValue(inputs, path, value);
        }
        const { message, problems } = refusalOf(inputs);
        assert.deepEqual(
            problems.map(({ path }) => path),
            [
                "vip",
                "ssh.port",
                "apiServers[1]",
                "balancing.idleTimeout",
                "hosts[0].name",
                "hosts[1].address",
                "vrrp.routerId",
            ],
        );
        assert.match(
            message,
            /^The inputs of HaApiLoadBalancer cannot be used, 7 problems\. Nothing was changed\.\n {2}- vip: /,
        );
    });
});
