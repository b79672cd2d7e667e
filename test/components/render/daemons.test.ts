/** What the real daemons of Debian 13 and 12 say of what is rendered. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as fc from "fast-check";
import type { Inputs } from "../../../components/model/inputs";
import type { Model } from "../../../components/model/model";
import { programText } from "../../../components/host/assemble";
import { hostFiles } from "../../../components/render/host";
import {
    BIRD_CONF,
    HAPROXY_CFG,
    INTERFACE_PLACEHOLDER,
    KEEPALIVED_CONF,
    LIBEXEC,
    NGINX_CONF,
    OVERRIDES,
    UPSTREAMS,
} from "../../../components/host/paths";
import {
    CHECKED_INTERFACE,
    type CheckedFile,
    type Checker,
    itOnEachRelease,
    noCheckers,
    type Outcome,
} from "../../checkers";
import { withoutAssumption } from "../generated/checkedHost";
import { outcomeOf } from "../programs";
import {
    announcedByBgp,
    bgpDualStack,
    CERTIFICATE,
    dualStack,
    existingMachines,
    ipv6Only,
    layer7,
    modelOf,
    validInputs,
} from "../support";

type Files = Record<string, CheckedFile>;

/** All files of a host, as they are there once the configuration step has filled in its interface. */
function filesOf(model: Model, index = 0): Record<string, string> {
    return Object.fromEntries(
        hostFiles(model, model.hosts[index]!).map(({ path, content }) => [
            path,
            content.replaceAll(INTERFACE_PLACEHOLDER, CHECKED_INTERFACE),
        ]),
    );
}

/** Certificates and keys where the load balancer has them, self-signed. */
const tlsFiles: Files = {};
before(function () {
    if (noCheckers() !== false) return;
    const folder = mkdtempSync(join(tmpdir(), "ha-api-tls-"));
    for (const name of ["server", "client", "cluster-ca", "client-ca"]) {
        const files = ["-keyout", join(folder, "key"), "-out", join(folder, "crt")];
        const { status, output } = outcomeOf("openssl", [
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-noenc",
            "-days",
            "2",
            "-subj",
            `/CN=${name}`,
            ...files,
        ]);
        assert.equal(status, 0, output);
        for (const kind of ["key", "crt"])
            tlsFiles[`/etc/ha-api/tls/${name}.${kind}`] = readFileSync(join(folder, kind), "utf8");
    }
    rmSync(folder, { recursive: true });
});

const GOOD: Outcome = { status: 0, output: "" };

/** Listeners called like names that the rendered files have for things of their own. */
const NAMES = [
    "status",
    "sessions",
    "tls-sessions",
    "kube-api-well",
    "kube-api-in-use",
    "etcd",
    "etcd-well",
    "etcd-in-use",
    "connection-header",
    "identity-user",
    "proxy",
    "well",
];
const namesakes: Inputs["listeners"] = NAMES.map((name, index) => ({
    name,
    port: 8001 + index,
    backends: ["10.30.100.51", "10.30.100.52"],
}));

const NETWORKS = Array.from({ length: 300 }, (_, index) => `10.${index % 200}.${Math.floor(index / 200)}.0/24`);

/** What the watcher writes when each listener has a server left out. */
function overrides(model: Model): Record<string, string> {
    const upstreams = Object.entries(filesOf(model)).filter(([path]) => path.startsWith(`${UPSTREAMS}/`));
    return Object.fromEntries(
        upstreams.flatMap(([path, text]) => [
            [`${OVERRIDES}/${basename(path)}.upstream`, text.replace(/^server .*\n/m, "")],
            [`${OVERRIDES}/${basename(path)}.map`, `~. ${/^upstream (\S+)/m.exec(text)![1]};\n`],
        ]),
    );
}

describe("BIRD itself", () => {
    const PASSWORD = "@credential:bgp-password-1@";
    const verdict = (checker: Checker, model: Model, file = filesOf(model)[BIRD_CONF]!): Outcome => {
        const files = { [BIRD_CONF]: file.replaceAll(PASSWORD, "s.e_c+r-et") };
        const { status, output } = checker.run("bird", ["-p", "-c", BIRD_CONF], files);
        return { status, output: withoutAssumption(output) };
    };
    const accepts = (checker: Checker, inputs: Inputs): void =>
        assert.deepEqual(verdict(checker, modelOf(inputs)), GOOD, filesOf(modelOf(inputs))[BIRD_CONF]);

    itOnEachRelease("accepts the defaults", (checker) => accepts(checker, announcedByBgp()));
    itOnEachRelease("accepts both families, with a password", (checker) => accepts(checker, bgpDualStack()));
    itOnEachRelease("accepts hosts and routers of one AS, without BFD", (checker) =>
        accepts(
            checker,
            announcedByBgp({
                bgp: {
                    localAs: 4294967294,
                    peers: [{ address: "10.30.100.1", as: 4294967294 }],
                    bfd: { enabled: false },
                    holdTime: 3,
                },
            }),
        ),
    );
    itOnEachRelease("accepts IPv6 alone, where it needs a router id", (checker) =>
        accepts(
            checker,
            announcedByBgp({
                ...ipv6Only(),
                vip: "2001:db8:40::10",
                announcement: "bgp",
                bgp: { localAs: 64512, peers: [{ address: "2001:db8:30:100::1", as: 64513 }], bfd: { interval: 10 } },
            }),
        ),
    );
    itOnEachRelease("refuses what the check is there for", (checker) => {
        const model = modelOf(announcedByBgp());
        const { status, output } = verdict(checker, model, filesOf(model)[BIRD_CONF]!.replace("hold time", "hold"));
        assert.notEqual(status, 0);
        assert.match(output, /bird\.conf:\d+:\d+ syntax error/);
    });
});

describe("nginx itself", () => {
    const verdict = (checker: Checker, model: Model, more: Files = {}): Outcome =>
        checker.run("nginx", ["-t", "-q", "-c", NGINX_CONF], { ...filesOf(model), ...tlsFiles, ...more });
    const accepts = (checker: Checker, model: Model, more: Files = {}): void =>
        assert.deepEqual(verdict(checker, model, more), GOOD, filesOf(model)[NGINX_CONF]);

    itOnEachRelease("accepts the defaults", (checker) => accepts(checker, modelOf()));
    itOnEachRelease(
        "accepts the configuration for nginx.org's packages, fractions of a second and directives of one's own",
        (checker) => {
            accepts(
                checker,
                modelOf(
                    existingMachines({
                        nginx: {
                            source: "nginx.org",
                            workerConnections: 512,
                            extraConfiguration: "allow 10.0.0.0/8;\ndeny all;",
                        },
                    }),
                ),
            );
        },
    );
    itOnEachRelease("accepts what any valid inputs give", (checker) => {
        fc.assert(
            fc.property(validInputs(), (inputs) => accepts(checker, modelOf(inputs))),
            { numRuns: 50 },
        );
    });
    itOnEachRelease("accepts a thousand backends, all of which the workers share", (checker) => {
        const backends = Array.from(
            { length: 1000 },
            (_, index) => `10.200.${Math.floor(index / 250)}.${1 + (index % 250)}`,
        );
        accepts(checker, modelOf(existingMachines({ listeners: [{ name: "many", port: 8443, backends }] })));
    });
    itOnEachRelease("accepts listeners called like names of ours, also while servers are left out", (checker) => {
        const model = modelOf(existingMachines({ listeners: namesakes }));
        accepts(checker, model, overrides(model));
    });
    itOnEachRelease("accepts to listen on the VIP, also where another host holds it", (checker) =>
        accepts(checker, modelOf(existingMachines({ listenOn: "vip" }))),
    );
    itOnEachRelease("accepts some hundred networks of clients, at both layers", (checker) => {
        for (const inputs of [existingMachines, layer7])
            accepts(checker, modelOf(inputs({ allowedClients: NETWORKS })));
    });
    itOnEachRelease("refuses a directive it does not know, with the line", (checker) => {
        const { status, output } = verdict(
            checker,
            modelOf(existingMachines({ nginx: { extraConfiguration: "alow 10.0.0.0/8;" } })),
        );
        assert.notEqual(status, 0);
        assert.match(output, /unknown directive "alow" in \/etc\/nginx\/nginx\.conf:\d+/);
    });
    itOnEachRelease("refuses an extra configuration that closes a block it did not open", (checker) => {
        assert.notEqual(
            verdict(checker, modelOf(existingMachines({ nginx: { extraConfiguration: "}\n}" } }))).status,
            0,
        );
    });

    itOnEachRelease("accepts both families, on all addresses and on the VIPs only", (checker) => {
        for (const listenOn of ["all", "vip"] as const) {
            accepts(checker, modelOf(dualStack({ listenOn })));
            accepts(checker, modelOf(ipv6Only({ listenOn })));
        }
    });

    describe("at layer 7", () => {
        itOnEachRelease("accepts both families", (checker) => {
            const { vip6, hosts, apiServers } = dualStack();
            accepts(checker, modelOf(layer7({ vip6: vip6!, hosts, apiServers })));
        });
        itOnEachRelease("accepts a given certificate", (checker) => accepts(checker, modelOf(layer7())));
        itOnEachRelease("accepts listeners called like names of ours, also while servers are left out", (checker) => {
            const model = modelOf(layer7({ listeners: namesakes }));
            accepts(checker, model, overrides(model));
        });
        itOnEachRelease(
            "accepts users' identities, only TLS 1.3, a format of one's own and further listeners",
            (checker) => {
                accepts(
                    checker,
                    modelOf(
                        layer7({
                            tls: {
                                certificate: CERTIFICATE,
                                hasPrivateKey: true,
                                clientCertificate: CERTIFICATE,
                                hasClientPrivateKey: true,
                                clientCertificateAuthority: CERTIFICATE,
                                minimumVersion: "1.3",
                            },
                            logs: { requestFormat: '$remote_addr $ssl_client_s_dn "$request"' },
                            listeners: [
                                { name: "etcd", port: 4001, backends: ["10.30.100.51:6001"] },
                                { name: "dns", port: 1053, protocol: "udp", backends: ["10.30.100.51"] },
                            ],
                        }),
                    ),
                );
            },
        );
    });
});

describe("HAProxy itself", () => {
    /** Version 2.6 says so when all is right, 3.0 and newer say nothing. */
    const VALID = { "12": /^Configuration file is valid\n$/, "13": /^$/, testing: /^$/ };
    const verdict = (checker: Checker, model: Model): Outcome =>
        checker.run("haproxy", ["-c", "-f", HAPROXY_CFG], { ...filesOf(model), ...tlsFiles });
    const accepts = (checker: Checker, model: Model): void => {
        const { status, output } = verdict(checker, model);
        assert.equal(status, 0, output);
        assert.match(output, VALID[checker.release]);
    };
    const withHaproxy = (over: Partial<Inputs> = {}): Model =>
        modelOf(existingMachines({ engine: "haproxy", ...over }));

    itOnEachRelease("accepts the defaults, without a remark", (checker) => accepts(checker, withHaproxy()));
    itOnEachRelease("accepts everything set", (checker) => {
        accepts(
            checker,
            withHaproxy({
                clusterCertificateAuthority: CERTIFICATE,
                listenOn: "vip",
                port: 8443,
                balancing: {
                    method: "roundRobin",
                    connectTimeout: 0.5,
                    idleTimeout: 600,
                    healthCheck: { path: "/healthz?verbose", interval: 0.5, fall: 3, rise: 1 },
                },
                listeners: [
                    {
                        name: "etcd",
                        port: 4001,
                        backends: ["10.30.100.51:6001", "10.30.100.52:6001"],
                        balancing: { healthCheck: { interval: 2 } },
                    },
                ],
                haproxy: { maxConnections: 1000, extraConfiguration: "timeout queue 5s" },
            }),
        );
    });
    itOnEachRelease("accepts both families, on all addresses and on the VIPs only", (checker) => {
        for (const listenOn of ["all", "vip"] as const) {
            accepts(checker, modelOf(dualStack({ engine: "haproxy", listenOn })));
            accepts(checker, modelOf(ipv6Only({ engine: "haproxy", listenOn })));
        }
    });
    itOnEachRelease("accepts listeners called like names of ours", (checker) =>
        accepts(checker, withHaproxy({ listeners: namesakes })),
    );
    itOnEachRelease("accepts some hundred networks of clients", (checker) =>
        accepts(checker, withHaproxy({ allowedClients: NETWORKS })),
    );
    itOnEachRelease("refuses a keyword it does not know, with the line", (checker) => {
        const { status, output } = verdict(
            checker,
            withHaproxy({ haproxy: { extraConfiguration: "timeout kueue 5s" } }),
        );
        assert.notEqual(status, 0);
        assert.match(output, /haproxy\.cfg:\d+.*kueue/);
    });
});

describe("keepalived itself", () => {
    type Change = (text: string) => string;
    function verdict(
        checker: Checker,
        model: Model,
        { index = 0, change = (text) => text, files = {} }: { index?: number; change?: Change; files?: Files } = {},
    ): Outcome {
        const all = filesOf(model, index);
        return checker.run("check-keepalived", [KEEPALIVED_CONF], {
            ...files,
            [KEEPALIVED_CONF]: change(all[KEEPALIVED_CONF]!),
        });
    }
    const accepts = (checker: Checker, model: Model, rest: { index?: number; change?: Change } = {}): void => {
        assert.deepEqual(verdict(checker, model, rest), GOOD, filesOf(model)[KEEPALIVED_CONF]);
    };

    itOnEachRelease("accepts the configuration of each of two hosts, without a remark", (checker) => {
        for (const index of [0, 1]) accepts(checker, modelOf(), { index });
    });
    itOnEachRelease(
        "accepts an address of each family in one instance, and IPv6 alone, without a remark",
        (checker) => {
            for (const index of [0, 1]) {
                accepts(checker, modelOf(dualStack()), { index });
                accepts(checker, modelOf(ipv6Only()), { index });
            }
        },
    );
    itOnEachRelease("accepts three hosts with preemption and no refresh", (checker) => {
        const hosts = [1, 2, 3].map((n) => ({ name: `vrrp${n}`, address: `10.30.100.10${n}` }));
        accepts(
            checker,
            modelOf(
                existingMachines({
                    hosts,
                    vrrp: { preempt: true, gratuitousArpRefresh: 0, advertisementInterval: 40, routerId: 255 },
                }),
            ),
            { index: 2 },
        );
    });
    itOnEachRelease("accepts each kind of check, and an unprivileged user to run it", (checker) => {
        for (const kind of ["answer", "process", "api"] as const) {
            accepts(
                checker,
                modelOf(
                    existingMachines({
                        vrrp: {
                            preempt: true,
                            check: { kind, interval: 3, weight: -20, fall: 3, rise: 2 },
                            scriptUser: "nobody",
                        },
                    }),
                ),
            );
        }
    });
    itOnEachRelease("accepts version 2 with a password, multicast, masters and the owner's priority", (checker) => {
        const hosts = [
            { name: "vrrp1", address: "10.30.100.101", priority: 255, initialState: "master" as const },
            { name: "vrrp2", address: "10.30.100.102", priority: 250, initialState: "master" as const },
        ];
        const model = modelOf(
            existingMachines({
                hosts,
                vrrp: {
                    version: 2,
                    authentication: "password",
                    transport: "multicast",
                    preempt: true,
                    trackProxy: false,
                },
            }),
        );
        accepts(checker, model, { change: (text) => text.replace("@credential:vrrp-password@", "s.e-c+r_") });
    });
    itOnEachRelease("refuses a user for the check that the host does not have, by name", (checker) => {
        const { status, output } = verdict(checker, modelOf(existingMachines({ vrrp: { scriptUser: "nobody-here" } })));
        assert.notEqual(status, 0);
        assert.match(output, /script_user: there is no user nobody-here on this host/);
    });
    const withMode = (checker: Checker, mode: number, user: string): Outcome => {
        const answers = { content: programText("proxy-answers"), mode };
        return verdict(checker, modelOf(existingMachines({ vrrp: { scriptUser: user } })), {
            files: { [`${LIBEXEC}/proxy-answers`]: answers },
        });
    };
    itOnEachRelease("refuses a user who may not run the check", (checker) => {
        assert.deepEqual(withMode(checker, 0o755, "nobody"), GOOD);
        const { status, output } = withMode(checker, 0o700, "nobody");
        assert.notEqual(status, 0);
        assert.match(output, /nobody may not run \S+proxy-answers/);
    });
    itOnEachRelease("refuses scripts that another user could change", (checker) => {
        assert.notEqual(withMode(checker, 0o777, "root").status, 0);
    });
    itOnEachRelease("accepts a host alone", (checker) => {
        accepts(
            checker,
            modelOf(existingMachines({ hosts: [{ name: "vrrp1", address: "10.30.100.101" }], allowSingleHost: true })),
        );
    });
    itOnEachRelease("accepts what any valid inputs give", (checker) => {
        fc.assert(
            fc.property(validInputs(), (inputs) => accepts(checker, modelOf(inputs))),
            { numRuns: 50 },
        );
    });
    for (const [what, from, to] of [
        ["a keyword it does not know", "nopreempt", "nopremptt"],
        ["a priority out of range", "priority 254", "priority 300"],
        ["a script that is not there", "proxy-answers 6442", "proxy-anwsers 6442"],
        ["an interface that is not there", `interface ${CHECKED_INTERFACE}`, "interface ens999"],
    ] as const) {
        itOnEachRelease(`refuses ${what}`, (checker) => {
            const text = filesOf(modelOf())[KEEPALIVED_CONF]!;
            assert.ok(text.includes(from), `${from} is there to be broken`);
            assert.notEqual(verdict(checker, modelOf(), { change: () => text.replace(from, to) }).status, 0);
        });
    }
});
