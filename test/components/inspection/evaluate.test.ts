import assert from "node:assert/strict";
import type { InspectionResult } from "../../../components/inspection/inspector";
import { listenersOf } from "../../../components/inspection/expectation";
import { evaluate, statements } from "../../../components/inspection/evaluate";
import type { Inspection } from "../../../components/inspection/report";
import { announcedByBgp, apiAndIngress, dualStack, existingMachines } from "../support";
import { allHealthy, deployment, except, kubeApi, macOf } from "./samples";

const plan = deployment();
const NGINX_CONF = "/etc/nginx/nginx.conf";

/** The failed checks by name, each with what was seen. */
function failures(seen: InspectionResult[], given = plan): Record<string, string[]> {
    return Object.fromEntries(
        evaluate(given, seen)
            .checks.filter(({ passed }) => !passed)
            .map(({ name, problems }) => [name, problems]),
    );
}

const file = (inspection: Inspection, path: string): NonNullable<Inspection["files"]>[number] =>
    inspection.files!.find((each) => each.path === path)!;

describe("evaluating what was found on the hosts", () => {
    it("finds nothing where all are healthy, with two hosts, three, or one", () => {
        const hosts = [1, 2, 3].map((n) => ({ name: `vrrp${n}`, address: `10.30.100.10${n}` }));
        for (const given of [
            plan,
            deployment(existingMachines({ hosts })),
            deployment(existingMachines({ hosts: hosts.slice(0, 1), allowSingleHost: true })),
        ]) {
            assert.deepEqual(failures(allHealthy(given), given), {});
            assert.equal(evaluate(given, allHealthy(given)).passed, true);
        }
    });

    it("finds a host that holds one of two VIPs which go together, and says which", () => {
        const both = deployment(dualStack());
        const besides = (seen: InspectionResult[]): Record<string, string[]> => {
            // The samples' certificate has the IPv4 address alone.
            const { certificate, ...rest } = failures(seen, both);
            assert.match(String(certificate), new RegExp(`does not have ${vip6} `));
            return rest;
        };
        const vip6 = "2001:db8:30:100::100";
        assert.deepEqual(besides(allHealthy(both)), {});
        const [first, second] = allHealthy(both);
        const { holds: _lost, ...left } = second!.inspection!.vips[vip6]!;
        const without = {
            ...second!,
            inspection: { ...second!.inspection!, vips: { ...second!.inspection!.vips, [vip6]: left } },
        };
        assert.deepEqual(besides([first!, without]), {
            master: [`no host holds ${vip6}`],
            states: [`vrrp2 does not hold ${vip6} and is MASTER, not BACKUP`],
        });
    });

    it("expects of several VIPs a master each, and at each its own listeners", () => {
        const given = deployment(
            apiAndIngress({
                port: 443,
                listeners: [
                    { name: "dns", vip: "edge-ingress", protocol: "udp", port: 53, backends: ["10.30.100.61"] },
                ],
            }),
        );
        assert.deepEqual(listenersOf(given.inspection), ["10.30.100.100:443"]);
        // Where nobody connects, nobody knows the master's MAC address.
        const seen = except(
            "vrrp1",
            ({ vips }) => delete vips["10.30.100.110"]!.neighbour,
            except(
                "vrrp2",
                ({ vips }) =>
                    (vips["10.30.100.110"] = { ...vips["10.30.100.110"]!, vrrp: { state: "FAULT", since: 1 } }),
                allHealthy(given),
            ),
        );
        assert.deepEqual(failures(seen, given), { states: ["vrrp2 holds 10.30.100.110 and is FAULT, not MASTER"] });
    });

    describe("of a VIP that all announce by BGP", () => {
        const given = deployment(announcedByBgp());
        const healthy = allHealthy(given);
        // The samples' certificate has another address.
        const found = (change: (inspection: Inspection) => void, host = "vrrp1"): Record<string, string[]> => {
            const { certificate: _, ...rest } = failures(except(host, change, healthy), given);
            return rest;
        };

        it("finds nothing where all do", () => {
            assert.deepEqual(
                found(() => undefined),
                {},
            );
            assert.equal(statements(given)[1], "every host announces 172.30.0.10");
        });
        it("finds a host that does not, and whom no router hears", () => {
            assert.deepEqual(
                found((seen) => delete seen.announced),
                { announcers: ["vrrp1 does not announce 172.30.0.10"] },
            );
            assert.deepEqual(
                found((seen) => (seen.bgp = { router1: "Active" })),
                { sessions: ["vrrp1 has no session with 10.30.100.1 (Active): configure it there too (docs/bgp.md)"] },
            );
            assert.match(String(found((seen) => delete seen.bfd)["bfd"]), /^vrrp1 has BFD unknown with 10.30.100.1/);
            assert.deepEqual(
                found((seen) => delete seen.vips["172.30.0.10"]!.holds),
                { loopback: ["vrrp1 does not have it: 172.30.0.10"] },
            );
        });
        it("finds that none does", () => {
            const seen = ["vrrp1", "vrrp2"].reduce(
                (all, host) => except(host, (inspection) => delete inspection.announced, all),
                healthy,
            );
            assert.deepEqual(failures(seen, given)["announcers"], ["no host announces 172.30.0.10"]);
        });
    });

    /** In the samples vrrp2 holds the VIP. */
    const faults: [what: string, seen: InspectionResult[], expected: Record<string, string[]>][] = [
        [
            "a host that cannot be reached",
            [
                allHealthy()[1]!,
                {
                    host: "vrrp1",
                    problem: "vrrp1 (10.30.100.101) cannot be reached by SSH: no answer within 5 s",
                    took: 5000,
                },
            ],
            { hosts: ["vrrp1 (10.30.100.101) cannot be reached by SSH: no answer within 5 s"] },
        ],
        [
            "a master that cannot be reached, whose VIP may be healthy",
            [allHealthy()[0]!, { host: "vrrp2", problem: "vrrp2 is off", took: 5000 }],
            { hosts: ["vrrp2 is off"], master: ["no host that could be inspected holds 10.30.100.100"] },
        ],
        [
            "a VIP that no host holds",
            except("vrrp2", (seen) => {
                delete kubeApi(seen).holds;
                kubeApi(seen).vrrp!.state = "BACKUP";
            }),
            { master: ["no host holds 10.30.100.100"] },
        ],
        [
            "a VIP that two hosts hold",
            except("vrrp1", (seen) => {
                kubeApi(seen).holds = { mac: macOf("vrrp1"), interface: "ens18" };
                kubeApi(seen).vrrp!.state = "MASTER";
            }),
            {
                master: [
                    "vrrp1 and vrrp2 hold 10.30.100.100 at the same time: VRRP does not pass between them. Let in IP " +
                        "protocol 112 (vrrp) from the other hosts in the firewalls on the way; on the hosts " +
                        "themselves none was found",
                ],
            },
        ],
        [
            "a VIP that two hosts hold, one of which has a firewall",
            except("vrrp1", (seen) => {
                kubeApi(seen).holds = { mac: macOf("vrrp1"), interface: "ens18" };
                kubeApi(seen).vrrp!.state = "MASTER";
                seen.firewalls = ["nftables, table inet filter", "nftables, table ip other"];
            }),
            {
                master: [
                    "vrrp1 and vrrp2 hold 10.30.100.100 at the same time: VRRP does not pass between them. Let in IP " +
                        "protocol 112 (vrrp) from the other hosts in the firewall of vrrp1 (nftables, table inet " +
                        "filter; nftables, table ip other)",
                ],
            },
        ],
        [
            "a VIP that two hosts have, which one of them does not know",
            except("vrrp1", (seen) => {
                kubeApi(seen).holds = { mac: macOf("vrrp1"), interface: "ens18" };
            }),
            {
                master: ["vrrp1 and vrrp2 hold 10.30.100.100 at the same time"],
                states: ["vrrp1 holds the VIP and is BACKUP, not MASTER"],
            },
        ],
        [
            "a master that lets no connections in",
            allHealthy().map((each) => {
                if (each.host === "vrrp2") each.inspection!.firewalls = ["ufw"];
                else
                    Object.assign(each.inspection!.listeners[0]!, {
                        connected: false,
                        error: "no answer within 1.5 s",
                    });
                return each;
            }),
            {
                connections: [
                    "vrrp1 cannot connect to 10.30.100.100:6443: no answer within 1.5 s; let in TCP port 6443 in the " +
                        "firewall of vrrp2 (ufw)",
                ],
            },
        ],
        [
            "a master in FAULT",
            except("vrrp2", (seen) => {
                kubeApi(seen).vrrp!.state = "FAULT";
            }),
            { states: ["vrrp2 holds the VIP and is FAULT, not MASTER"] },
        ],
        [
            "another host that takes itself for the master",
            except("vrrp1", (seen) => {
                kubeApi(seen).vrrp!.state = "MASTER";
            }),
            { states: ["vrrp1 does not hold the VIP and is MASTER, not BACKUP"] },
        ],
        [
            "a host without a VRRP state",
            except("vrrp1", (seen) => {
                delete kubeApi(seen).vrrp;
            }),
            { states: ["vrrp1 does not hold the VIP and is in no known state, not BACKUP"] },
        ],
        [
            "a proxy that was stopped",
            except("vrrp1", (seen) => {
                seen.services["nginx"]!.state = "inactive";
            }),
            { services: ["vrrp1: nginx is inactive"] },
        ],
        [
            "a proxy whose main process was stopped, though it serves",
            except("vrrp1", (seen) => {
                seen.stopped = { nginx: ["611"] };
            }),
            {
                services: [
                    "vrrp1: nginx is active, yet a process of it is stopped (611) and does nothing: " +
                        "systemctl kill --signal=SIGCONT nginx",
                ],
            },
        ],
        [
            "a watcher that was stopped",
            except("vrrp2", (seen) => {
                seen.stopped = { "ha-api-watcher": ["700"] };
            }),
            {
                services: [
                    "vrrp2: ha-api-watcher is active, yet a process of it is stopped (700) and does nothing: " +
                        "systemctl kill --signal=SIGCONT ha-api-watcher",
                ],
            },
        ],
        [
            "a keepalived that was masked",
            except("vrrp2", (seen) => {
                Object.assign(seen.services["keepalived"]!, { state: "failed", load: "masked" });
            }),
            { services: ["vrrp2: keepalived is failed (masked)"] },
        ],
        [
            "workers that run another configuration",
            except("vrrp1", (seen) => {
                seen.answer = "0123456789ab";
            }),
            {
                configuration: [
                    `vrrp1: nginx runs configuration 0123456789ab, not ${plan.inspection.configurationChecksum}`,
                ],
            },
        ],
        [
            "workers that do not answer",
            except("vrrp1", (seen) => {
                delete seen.answer;
            }),
            { configuration: ["vrrp1: nginx does not answer on its status port 6442"] },
        ],
        [
            "a file that was edited",
            except("vrrp2", (seen) => {
                file(seen, NGINX_CONF).sha256 = "0".repeat(64);
            }),
            { files: ["vrrp2: /etc/nginx/nginx.conf is not what was rendered"] },
        ],
        [
            "a file that was removed",
            except("vrrp2", (seen) => {
                seen.files = seen.files!.map(({ path, ...rest }) =>
                    path === NGINX_CONF ? { path } : { path, ...rest },
                );
            }),
            { files: ["vrrp2: /etc/nginx/nginx.conf is not there"] },
        ],
        [
            "a file with other permissions",
            except("vrrp1", (seen) => {
                file(seen, NGINX_CONF).mode = "600";
            }),
            { files: ["vrrp1: /etc/nginx/nginx.conf has permissions 600, not 644"] },
        ],
        [
            "a VIP that takes no connection from another host",
            except("vrrp1", (seen) => {
                Object.assign(seen.listeners[0]!, { connected: false, error: "Connection refused" });
            }),
            { connections: ["vrrp1 cannot connect to 10.30.100.100:6443: Connection refused"] },
        ],
        [
            "another host that has a wrong MAC address for the VIP",
            except("vrrp1", (seen) => {
                kubeApi(seen).neighbour!.mac = "bc:24:11:99:99:99";
            }),
            { neighbours: [`vrrp1 has bc:24:11:99:99:99 for 10.30.100.100, not ${macOf("vrrp2")} of vrrp2`] },
        ],
        [
            "another host that has no MAC address for the VIP",
            except("vrrp1", (seen) => {
                delete kubeApi(seen).neighbour;
            }),
            { neighbours: [`vrrp1 has no MAC address for 10.30.100.100, not ${macOf("vrrp2")} of vrrp2`] },
        ],
    ];
    for (const [what, seen, expected] of faults) {
        it(`fails for ${what}, and for nothing else`, () => {
            assert.deepEqual(failures(seen), expected);
            assert.equal(evaluate(plan, seen).passed, false);
        });
    }

    const server = "10.30.100.52:6443";
    const down =
        (change: object) =>
        (seen: Inspection): void => {
            Object.assign(
                seen.servers.find(({ target }) => target === server)!,
                change,
            );
        };
    const warnings: [what: string, seen: InspectionResult[], name: string, problem: RegExp][] = [
        [
            "an API server that refuses one host",
            except("vrrp1", down({ connected: false, error: "Connection refused" })),
            "apiServers",
            /^10\.30\.100\.52:6443 is not there for vrrp1: Connection refused$/,
        ],
        [
            "an API server that refuses all",
            except(
                "vrrp2",
                down({ connected: false, error: "No route to host" }),
                except("vrrp1", down({ connected: false, error: "Connection refused" })),
            ),
            "apiServers",
            /^10\.30\.100\.52:6443 is not there for any host: Connection refused; No route to host$/,
        ],
        [
            "an API server that is not ready",
            except("vrrp1", down({ http: 500 })),
            "apiServers",
            /is not there for vrrp1: answers \/readyz with 500$/,
        ],
        [
            "an API server that accepts connections and hangs",
            except("vrrp1", down({ http: undefined, certificate: undefined })),
            "apiServers",
            /for vrrp1: takes connections, and does not answer \/readyz$/,
        ],
    ];
    for (const [what, seen, name, problem] of warnings) {
        it(`warns of ${what}, which is no reason to fail a deployment`, () => {
            const found = failures(seen);
            assert.deepEqual(Object.keys(found), [name]);
            assert.equal(found[name]!.length, 1);
            assert.match(found[name]![0]!, problem);
            assert.equal(evaluate(plan, seen).passed, true);
        });
    }

    const spaces = (free: number, size: number, freeInodes: number, inodes: number): InspectionResult[] =>
        except("vrrp1", (seen) => {
            seen.spaces = [{ place: "/", free, size, freeInodes, inodes }];
        });
    for (const [what, seen, expected] of [
        [
            "a full disk",
            spaces(0, 3_000_000, 5000, 20_000),
            {
                space: [
                    "vrrp1: the file system of / has 0 MB of 2929 MB left: changes are refused, and logs " +
                        "lost, when it is full",
                ],
            },
        ],
        [
            "a disk that is nearly full",
            spaces(299_000, 3_000_000, 5000, 20_000),
            {
                space: [
                    "vrrp1: the file system of / has 291 MB of 2929 MB left: changes are refused, and logs " +
                        "lost, when it is full",
                ],
            },
        ],
        [
            "a disk that can hold few more files",
            spaces(2_000_000, 3_000_000, 12, 20_000),
            {
                space: [
                    "vrrp1: the file system of / has room for 12 more files: changes are refused, and logs " +
                        "lost, when it is full",
                ],
            },
        ],
        [
            "not of a large disk with little left by percent, nor of one without a limit of files",
            spaces(600_000, 100_000_000, 0, 0),
            {},
        ],
        ["not of a small file system in memory", spaces(45_000, 50_000, 900, 1000), {}],
        [
            "a default route that is gone",
            except("vrrp2", (seen) => {
                seen.defaultRoute = "gone";
            }),
            {
                routes: [
                    "vrrp2 had a default route when it was configured and has none now: as master it cannot " +
                        "answer clients of other networks",
                ],
            },
        ],
    ] as [string, InspectionResult[], Record<string, string[]>][]) {
        it(`warns of ${what}, without failing a deployment`, () => {
            assert.deepEqual(failures(seen), expected);
            assert.equal(evaluate(plan, seen).passed, true);
        });
    }

    it("takes an API server for healthy that answers 401 or 403, or that can only be connected to", () => {
        for (const http of [200, 401, 403]) assert.deepEqual(failures(except("vrrp1", down({ http }))), {});
        const blind = allHealthy().map(
            (seen) =>
                except(
                    seen.host,
                    (each) => {
                        each.tools = [];
                        for (const connection of [...each.servers, ...each.listeners]) {
                            delete connection.http;
                            delete connection.certificate;
                        }
                    },
                    [seen],
                )[0]!,
        );
        assert.deepEqual(failures(blind), {});
    });

    it("warns of a certificate that lacks a name clients use, with the names it has and how to add one", () => {
        const names = ["10.30.100.100", "api.example.com", "k8s.example.com"];
        const found = failures(allHealthy(), { ...plan, inspection: { ...plan.inspection, names } });
        assert.deepEqual(Object.keys(found), ["certificate"]);
        assert.equal(found["certificate"]!.length, 1);
        assert.match(
            found["certificate"]![0]!,
            /does not have k8s\.example\.com \(it has: 10\.30\.100\.100, api\.example\.com, kubernetes\).*certSANs.*tls-san/,
        );
    });

    it("warns of a certificate that ends soon, once for each server", () => {
        const soon = Date.UTC(2126, 9, 20) / 1000;
        const seen = allHealthy().map(
            (each) =>
                except(
                    each.host,
                    (inspection) => {
                        inspection.time = soon;
                    },
                    [each],
                )[0]!,
        );
        const found = failures(seen);
        assert.deepEqual(Object.keys(found), ["expiry"]);
        assert.equal(found["expiry"]!.length, 4, "the VIP and three API servers");
        assert.match(found["expiry"]![0]!, /^the certificate of 10\.30\.100\.100:6443 ends in \d days, on 2126-10-28$/);
    });

    it("states the same at every run, and nothing about warnings", () => {
        assert.deepEqual(statements(plan), statements(deployment()));
        const failing = evaluate(plan, allHealthy()).checks.filter(({ warning }) => !warning);
        assert.deepEqual(
            statements(plan),
            failing.map(({ statement }) => statement),
        );
    });
});
