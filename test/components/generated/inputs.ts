/**
 * Valid inputs of every kind, for the real daemons to read: each setting there is, at its limits too, in any
 * combination that the model takes. Addresses come from one network, names and texts are as odd as is allowed.
 */
import * as fc from "fast-check";
import { bfdSpec, bgpSpec } from "../../../components/inputs/bgp";
import { haproxySpec } from "../../../components/inputs/haproxy";
import { hostSpec, loadBalancerSpec, sshSpec } from "../../../components/inputs/loadBalancer";
import { nginxSpec } from "../../../components/inputs/nginx";
import { balancingSpec, healthCheckSpec } from "../../../components/inputs/proxy";
import { vipSpec } from "../../../components/inputs/vips";
import { checkSpec, vrrpSpec } from "../../../components/inputs/vrrp";
import type { Inputs } from "../../../components/model/inputs";
import { defaultRouterId } from "../../../components/model/vrrp";
import { bgpPassword, CREDENTIALS } from "../../../components/render/tls";
import { PUBLIC_KEY } from "../support";
import type { Identity } from "./identities";
import { machine, machinesTogether } from "./machines";
import { choice, type Entry, hundredths, integer, scalars, seconds, some } from "./scalars";

/** Inputs, and the credentials that travel apart from them. */
export interface Given {
    inputs: Inputs;
    credentials: Record<string, string>;
}

/** Text of given characters, with the longest and the shortest among it. */
const word = (first: string, others: string, last: string, max: number): fc.Arbitrary<string> =>
    fc
        .tuple(choice(...first), fc.array(choice(...others), { maxLength: max - 2 }), choice("", ...last), fc.boolean())
        .map(([start, middle, end, full]) =>
            full ? start + others[0]!.repeat(max - 2) + last[0]! : start + (end === "" ? "" : middle.join("") + end),
        );

const LETTERS = "abcdefghijklmnopqrstuvwxyz",
    DIGITS = "0123456789";
const hostName = word(LETTERS, `${LETTERS}${DIGITS}-`, LETTERS + DIGITS, 63);
const userName = fc.oneof(
    choice("root", "nobody", "www-data", "nginx"),
    word(`${LETTERS}_`, `${LETTERS}${DIGITS}_-`, LETTERS + DIGITS, 32),
);
const interfaceName = word(`${LETTERS}_`, `${LETTERS}${DIGITS}_.-`, LETTERS.toUpperCase() + DIGITS, 15);
const listenerName = word(LETTERS, `${LETTERS}${DIGITS}-`, LETTERS + DIGITS, 40);
/** Words of the daemons' own, names that ours are made of, and pairs of which one is made of the other. */
const ODD_NAMES = [
    "status",
    "stats",
    "well",
    "kube-api-well",
    "kube-api-in-use",
    "in-use",
    "etcd",
    "etcd-well",
    "etcd--well",
    "etcd-in-use",
    "etcd-well-well",
    "etcd-http",
    "upstream",
    "server",
    "map",
    "default",
    "connections",
    "requests",
    "sessions",
    "global",
    "defaults",
    "listen",
    "kube",
    "api",
    "a",
    "upgrade",
    "http",
    "localhost",
    "proxy",
    "proxy-add-x-forwarded-for",
    "remote-addr",
    "binary-remote-addr",
    "hostname",
    "pid",
    "msec",
    "status-well",
    "identity-user",
    "connection-header",
    "server-port",
    "mailers",
    "none",
    "l".repeat(40),
    `${"l".repeat(35)}-well`,
];

const balancing = (engine: string, protocol: "api" | "tcp" | "udp"): fc.Arbitrary<Entry> =>
    some({
        ...scalars(balancingSpec, ...(engine === "nginx" ? [] : ["maxFails", "failTimeout"])),
        ...(protocol === "udp"
            ? {}
            : {
                  healthCheck: some({
                      ...scalars(healthCheckSpec),
                      ...(protocol === "api"
                          ? {
                                path: choice(
                                    "/readyz",
                                    "/healthz?verbose",
                                    "/",
                                    `/a.b~c_d-e/f?g=h&i=${"j".repeat(900)}`,
                                ),
                            }
                          : {}),
                  }),
              }),
    });

/** Text between single quotes of nginx: variables, and what else may stand there. */
const format = (...variables: string[]): fc.Arbitrary<string> =>
    fc
        .array(
            fc.oneof(
                choice(...variables),
                choice(...variables.map((name) => `\${${name.slice(1)}}`)),
                choice("a", " ", '"', "{", "}", ";", "#", "%", "`", "<", "=", ":", "@", "escape=json", "*"),
            ),
            { minLength: 1, maxLength: 30 },
        )
        .map((parts) => `x${parts.join(" ")}`);

interface Addresses {
    vip: string;
    /** Of the VIP's network, none of them used elsewhere. */
    hosts: string[];
    servers: string[];
    /** For further VIPs. */
    vips: string[];
    gateway: string;
}

const addresses: fc.Arbitrary<Addresses> = fc
    .tuple(
        fc.integer({ min: 8, max: 28 }),
        choice(0x0a000000, 0xac100000, 0xc0a80000, 0x08000000),
        fc.nat(),
        fc.uniqueArray(fc.nat(), { minLength: 30, maxLength: 40 }),
    )
    .map(([shortest, start, network, numbers]) => {
        // Some of 192.0.0.0 is reserved: no machine has such an address.
        const length = start === 0xc0a80000 ? Math.max(shortest, 16) : shortest;
        const size = 2 ** (32 - length);
        const base = Math.floor((start + (network % 2 ** 16)) / size) * size;
        // Distinct, and neither edge of the network; the smallest has 14.
        const inside = [...new Set(numbers.map((number) => 1 + (number % (size - 2))))];
        for (let next = 1; inside.length < 14; next++) if (!inside.includes(next)) inside.push(next);
        const [vip, gateway, ...rest] = inside.slice(0, 14).map((number) => dotted(base + number));
        return {
            vip: `${vip!}/${length}`,
            gateway: gateway!,
            hosts: rest.slice(0, 4),
            vips: rest.slice(10).map((address) => `${address}/${length}`),
            servers: [...rest.slice(4, 10), "9.9.9.7", "100.64.0.9", "223.255.255.254"],
        };
    });

const dotted = (number: number): string => [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join(".");

const servers = (all: string[]): fc.Arbitrary<string[]> =>
    fc
        .tuple(
            fc.shuffledSubarray(all, { minLength: 1 }),
            fc.array(fc.option(integer(1, 65535)), { minLength: all.length, maxLength: all.length }),
        )
        .map(([chosen, ports]) =>
            chosen.map((address, index) => (ports[index] === null ? address : `${address}:${ports[index]!}`)),
        );

/** Ports of the VIP that nothing else takes. */
const frontPorts = fc.uniqueArray(
    integer(1, 65535).filter((port) => ![22, 2222, 6441, 6442, 6443, 9100].includes(port)),
    { minLength: 46, maxLength: 46 },
);

function listeners(engine: string, { servers: all }: Addresses, ports: number[]): fc.Arbitrary<Entry[]> {
    const listener = choice(...(engine === "nginx" ? (["tcp", "udp"] as const) : (["tcp"] as const))).chain(
        (protocol) =>
            fc.record({
                backends: servers(all),
                protocol: choice(protocol, ...(protocol === "tcp" ? [undefined] : [])),
                backendPort: fc.option(integer(1, 65535), { nil: undefined }),
                balancing: fc.option(balancing(engine, protocol), { nil: undefined }),
            }),
    );
    const names = fc
        .uniqueArray(fc.oneof(choice(...ODD_NAMES), listenerName), { maxLength: 40 })
        .map((all) => all.filter((name) => name !== "kube-api"));
    return fc
        .oneof({ weight: 4, arbitrary: names.map((all) => all.slice(0, 5)) }, { weight: 1, arbitrary: names })
        .chain((all) =>
            fc
                .tuple(...all.map(() => listener))
                .map((made) => made.map((rest, index) => ({ name: all[index], port: ports[index], ...rest }))),
        );
}

/** VIPs beside the API's, with ids that differ from its own, and listeners at one of them. */
function severalVips(around: Addresses): fc.Arbitrary<{ vips: Entry[]; at: (string | undefined)[] }> {
    const names = ["ingress", `v${"-".repeat(38)}9`];
    const one = some({ ...scalars(vipSpec, "preemptDelay", "routerId"), prefers: fc.constant("") }).chain((entry) =>
        entry["preempt"] === true || entry["prefers"] !== undefined
            ? some({ preemptDelay: seconds(0, 1000) }).map((delay) =>
                  entry["preempt"] === false ? entry : { ...entry, ...delay },
              )
            : fc.constant(entry),
    );
    return fc.record({
        vips: fc
            .tuple(fc.array(one, { maxLength: 2 }), fc.uniqueArray(integer(1, 255), { minLength: 2, maxLength: 2 }))
            .map(([all, ids]) =>
                all.map((entry, index) => ({
                    ...entry,
                    name: names[index],
                    address: around.vips[index],
                    routerId: ids[index],
                })),
            ),
        at: fc.array(choice(undefined, "kube-api", ...names), { minLength: 40, maxLength: 40 }),
    });
}

const MANY_NETWORKS = Array.from(
    { length: 70 },
    (_, index) => `172.${16 + (index % 16)}.${Math.floor(index / 16)}.0/24`,
);

const HAPROXY_LINES = [
    "timeout queue 5s",
    "option splice-auto",
    "# a remark of one's own: \u0024HOME",
    "retries 5",
    "  timeout tarpit 1m",
    "fullconn 1000",
    "log-tag lb",
];
const NGINX_LINES = [
    "allow 10.0.0.0/8;",
    "deny all;",
    "limit_conn_zone $binary_remote_addr zone=own:1m;",
    'map $remote_addr $own { default "a;b{}"; }',
    '# "quoted',
    "tcp_nodelay on;",
    "proxy_buffer_size 32k;",
];

const nginxSource: fc.Arbitrary<Entry> = fc.oneof(
    fc.constant({}),
    fc.constant({ source: "distribution" }),
    some({
        channel: choice("stable", "mainline"),
        repository: choice("https://nginx.org/", "http://mirror.example.com:8080/a~b/nginx"),
        signingKeyFingerprints: fc.constant(["573bfd6b 3d8fbc64 1079a6ab abf5bd82 7bd9bf62"]),
    }).map((more) => ({ ...more, source: "nginx.org" })),
    fc
        .record({
            image: choice(
                "docker.io/library/nginx:1.28",
                `localhost:5000/nginx@sha256:${"ab".repeat(32)}`,
                `registry.example.com/a/b__c/nginx:1@sha256:${"0f".repeat(32)}`,
            ),
        })
        .chain((image) =>
            some({ runtime: choice("podman", "docker"), user: userName }).map((more) => ({
                source: "container",
                container: { ...image, ...more },
            })),
        ),
);

function hosts({ hosts: all, gateway }: Addresses, preempt: boolean, weighted: boolean): fc.Arbitrary<Entry[]> {
    const names = fc.uniqueArray(hostName, { minLength: 4, maxLength: 4 });
    const priorities = fc.option(
        fc.uniqueArray(integer(1, preempt && !weighted ? 255 : 254), { minLength: 4, maxLength: 4 }),
    );
    const rest = all.map((_, index) =>
        some({
            ...scalars(hostSpec, "priority"),
            interface: interfaceName,
            hostKey: choice(PUBLIC_KEY, `${PUBLIC_KEY} root@\u00e9`),
            initialState: choice(...(preempt ? (["backup", "master"] as const) : (["backup"] as const))),
            virtualMachine: machine(gateway, index),
        }),
    );
    return fc
        .tuple(names, priorities, fc.tuple(...rest), fc.integer({ min: 1, max: all.length }))
        .map(([given, numbers, more, count]) =>
            more
                .slice(0, count)
                .map((entry, index) => ({
                    name: given[index],
                    address: all[index],
                    ...(numbers === null ? {} : { priority: numbers[index] }),
                    ...entry,
                })),
        );
}

/** `check.kind` api asks the host's own address; a weight and the owner's priority need preemption. */
function vrrp(listenOn: string | undefined): fc.Arbitrary<Entry> {
    return fc
        .tuple(fc.boolean(), choice(2, 3))
        .chain(([preempt, version]) =>
            fc
                .tuple(
                    some({
                        ...scalars(vrrpSpec, "preempt", "preemptDelay", "version", "authentication", "profile"),
                        ...(preempt ? { preemptDelay: seconds(0, 1000) } : {}),
                        scriptUser: userName,
                        check: some({
                            ...scalars(checkSpec),
                            kind: choice(
                                ...(listenOn === "vip" ? ["answer", "process"] : ["answer", "process", "api"]),
                            ),
                            ...(preempt ? {} : { weight: choice(0) }),
                        }),
                        advertisementInterval:
                            version === 2 ? integer(1, 40) : fc.oneof(hundredths(0.05, 40), choice(0.1 + 0.2)),
                        ...(version === 2
                            ? { authentication: choice("none", "password") }
                            : { profile: choice("fast", "balanced", "tolerant") }),
                    }),
                    fc.boolean(),
                )
                .map(([settings, password]): Entry => ({
                    ...settings,
                    ...(preempt || password ? { preempt } : {}),
                    ...(version === 2 || password ? { version } : {}),
                    ...(settings["authentication"] === "password" && password ? { hasPassword: true } : {}),
                })),
        );
}

function tls(
    layer: 4 | 7,
    identities: Identity[],
): fc.Arbitrary<{ tls?: Entry; clusterCertificateAuthority?: string; credentials: Record<string, string> }> {
    const identity = choice(...identities);
    const authority = fc
        .array(identity, { minLength: 1, maxLength: 3 })
        .map((all) => all.map(({ certificate }) => certificate).join(""));
    return fc
        .record({
            server: identity,
            client: fc.option(identity),
            users: fc.option(authority),
            cluster: layer === 7 ? authority : fc.option(authority),
            issued: fc.boolean(),
            given: fc.boolean(),
            issuer: some({
                dnsNames: choice([], ["a", "k3s1api.example.com"], ["1a.2b", `${"a".repeat(63)}.${"b".repeat(63)}`]),
                validityDays: integer(2, 3650),
            }),
            early: fc.boolean(),
            more: some({
                minimumVersion: choice("1.2", "1.3"),
                apiServerName: choice(
                    "kubernetes",
                    "1.example.com",
                    "A.b",
                    `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(61)}`,
                ),
            }),
        })
        .map(({ server, client, users, cluster, issued, given, issuer, early, more }) => ({
            ...(layer === 4 && !given
                ? {}
                : {
                      tls: {
                          ...more,
                          ...(issued
                              ? {
                                    issuer: {
                                        certificate: server.certificate,
                                        ...issuer,
                                        ...(early ? { renewalDays: 0 } : {}),
                                    },
                                }
                              : { certificate: server.certificate, hasPrivateKey: true }),
                          ...(client === null
                              ? {}
                              : {
                                    clientCertificate: client.certificate,
                                    hasClientPrivateKey: true,
                                    ...(users === null ? {} : { clientCertificateAuthority: users }),
                                }),
                      },
                  }),
            ...(cluster === null ? {} : { clusterCertificateAuthority: cluster }),
            credentials: {
                [CREDENTIALS.serverCertificate]: server.certificate,
                [CREDENTIALS.serverKey]: server.key,
                ...(client === null
                    ? {}
                    : { [CREDENTIALS.clientCertificate]: client.certificate, [CREDENTIALS.clientKey]: client.key }),
            },
        }));
}

const metrics = (port: number): fc.Arbitrary<Entry> => {
    const clients = { allowedClients: choice(["10.30.5.0/24"], ["192.0.2.7", "2001:db8::/32"], MANY_NETWORKS) };
    const listening = { enabled: choice(true), proxyPort: choice(port) };
    const requiredKeys = ["enabled", "proxyPort", "proxyListenOn"] as const;
    return fc.oneof(
        some({ enabled: fc.boolean(), proxyListenOn: choice("none") }),
        fc.record({ ...listening, proxyListenOn: choice("loopback") }),
        fc.record({ ...listening, proxyListenOn: choice("host"), ...clients }, { requiredKeys: [...requiredKeys] }),
    );
};

/** Any valid inputs, with certificates of the given identities. */
export function anyInputs(identities: Identity[]): fc.Arbitrary<Given> {
    const chosen = fc.oneof(
        fc.constant({ engine: "nginx", layer: 4 } as const),
        fc.constant({ engine: "nginx", layer: 7 } as const),
        fc.constant({ engine: "haproxy", layer: 4 } as const),
    );
    return fc
        .tuple(chosen, addresses, frontPorts, choice(undefined, "all", "vip"))
        .chain(([{ engine, layer }, around, ports, listenOn]) =>
            vrrp(listenOn).chain((settings) =>
                fc
                    .record({
                        hosts: hosts(around, settings["preempt"] === true, true),
                        apiServers: servers(around.servers),
                        listeners: listeners(engine, around, ports),
                        several: severalVips(around),
                        tls: tls(layer, identities),
                        shared: machine(around.gateway, 9),
                        password: word(LETTERS, `${LETTERS}._+-`, DIGITS, 8),
                        named: fc.boolean(),
                        families: choice("IPv4", "IPv4", "both"),
                        announced: fc.option(bgp(around), { freq: 3 }),
                        rest: some({
                            ...scalars(
                                loadBalancerSpec,
                                "announcement",
                                "engine",
                                "layer",
                                "listenOn",
                                "allowSingleHost",
                            ),
                            balancing: balancing(engine, "api"),
                            port: choice(ports[44]!),
                            allowedClients: choice(["10.30.0.0/16"], ["192.0.2.7/32", "1.0.0.0/8"], MANY_NETWORKS),
                            dnsServers: choice([], ["9.9.9.9:53", "1.1.1.1"]),
                            repairTrigger: choice("", " ~\"'`$(x)", "r".repeat(60)),
                            packageUpgradeTrigger: choice("", "2027-01-01", "A._:+-9"),
                            metrics: metrics(ports[45]!),
                            ssh: some({ ...scalars(sshSpec), user: userName, port: choice(22, 2222) }),
                            ...(engine === "nginx"
                                ? {
                                      nginx: fc
                                          .tuple(
                                              nginxSource,
                                              some({
                                                  ...scalars(nginxSpec, "source", "channel"),
                                                  extraConfiguration: lines(NGINX_LINES),
                                              }),
                                          )
                                          .map(([source, more]) => ({ ...source, ...more })),
                                      logs: some({
                                          connectionFormat: format("$remote_addr", "$status", "$upstream_addr"),
                                          requestFormat: format("$remote_addr", "$request", "$http_user_agent"),
                                      }),
                                  }
                                : {
                                      haproxy: some({
                                          ...scalars(haproxySpec),
                                          extraConfiguration: lines(HAPROXY_LINES),
                                      }),
                                  }),
                        }),
                    })
                    .map(
                        ({
                            hosts: made,
                            apiServers,
                            listeners: further,
                            several,
                            tls: { credentials, ...certificates },
                            shared,
                            password,
                            named,
                            families,
                            announced,
                            rest,
                        }): Given => {
                            const machines = machinesTogether(shared, made);
                            const second = families === "both" ? secondFamily(machines, apiServers) : {};
                            const vips = besides(several.vips, settings, around, machines.hosts, families);
                            const inputs = {
                                ...rest,
                                ...certificates,
                                engine,
                                layer,
                                ...(listenOn === undefined ? {} : { listenOn }),
                                vrrp: settings,
                                hosts: machines.hosts,
                                apiServers,
                                ...second,
                                ...(vips.length === 0 ? {} : { vips }),
                                listeners: further.map((listener, index) =>
                                    atVip(listener, listenOn === "vip" ? several.at[index] : undefined, vips),
                                ),
                                ...(made.length === 1 ? { allowSingleHost: true } : {}),
                                ssh: {
                                    ...(rest as { ssh?: object }).ssh,
                                    ...(machines.shared === undefined ? {} : { authorizedKeys: [PUBLIC_KEY] }),
                                },
                                ...(machines.shared === undefined
                                    ? {}
                                    : { virtualMachines: { ...machines.shared, ...sharedOf(families) } }),
                                ...(named
                                    ? {
                                          vip: `k8s.example.com/${around.vip.split("/")[1]!}`,
                                          vipLookup: {
                                              name: "k8s.example.com",
                                              addresses: [around.vip.split("/")[0]!],
                                          },
                                      }
                                    : { vip: around.vip }),
                            };
                            return {
                                inputs: (announced === null
                                    ? inputs
                                    : announcedBy(announced, inputs)) as unknown as Inputs,
                                credentials: {
                                    ...credentials,
                                    [CREDENTIALS.vrrpPassword]: password,
                                    [bgpPassword(0)]: password,
                                },
                            };
                        },
                    ),
            ),
        );
}

/** The VIPs that can be where the check is one for all, and no other has their ids; each prefers a host. */
function besides(vips: Entry[], vrrp: Entry, { vip }: Addresses, hosts: Entry[], families: string): Entry[] {
    const { kind, weight = 0 } = (vrrp["check"] ?? {}) as Entry;
    if (kind === "api" || weight !== 0) return [];
    const own = vrrp["routerId"] ?? defaultRouterId(vip.split("/")[0]!);
    return vips
        .filter(({ routerId }) => routerId !== own)
        .map(({ prefers, ...entry }, index) => ({
            ...entry,
            ...(prefers === undefined ? {} : { prefers: hosts.at(-1)!["name"] }),
            ...(families === "both" ? { address6: `2001:db8::1:0:1:${index}/64` } : {}),
        }));
}

const atVip = (listener: Entry, vip: string | undefined, vips: Entry[]): Entry =>
    vip === "kube-api" || vips.some(({ name }) => name === vip) ? { ...listener, vip } : listener;

/** BGP settings, with a router at the gateway's address. */
const bgp = ({ vip, gateway }: Addresses): fc.Arbitrary<Entry> =>
    fc
        .tuple(
            some({ ...scalars(bgpSpec, "localAs", "prefixLength"), bfd: some(scalars(bfdSpec)) }),
            choice(1, 64512, 4294967294),
            choice(1, 64513, 4294967294),
            fc.boolean(),
        )
        .map(([more, localAs, as, hasPassword]) => ({
            ...more,
            localAs,
            prefixLength: Number(vip.split("/")[1]),
            prefixLength6: 64,
            peers: [{ address: gateway, as, ...(hasPassword ? { hasPassword } : {}) }],
        }));

/** The same inputs with VIPs of no host's network, announced to routers, and without what is for VRRP. */
function announcedBy(settings: Entry, inputs: Entry): Entry {
    const { vrrp: _, vips: __, vip, vip6, hosts: all, listeners, ...rest } = inputs;
    const named = String(vip).startsWith("k8s.");
    const peers = settings["peers"] as Entry[];
    return {
        ...rest,
        ...(listeners === undefined
            ? {}
            : {
                  listeners: (listeners as Entry[]).map(({ vip: at, ...listener }) =>
                      at === "kube-api" ? { ...listener, vip: at } : listener,
                  ),
              }),
        announcement: "bgp",
        vip: named ? "k8s.example.com" : "100.64.0.10/32",
        ...(named ? { vipLookup: { name: "k8s.example.com", addresses: ["100.64.0.10"] } } : {}),
        ...(vip6 === undefined ? {} : { vip6: "2001:db8:40::10" }),
        bgp: {
            ...settings,
            peers: vip6 === undefined ? peers : [...peers, { address: "2001:db8::fe", as: peers[0]!["as"] }],
        },
        hosts: (all as Entry[]).map(
            ({ priority: _priority, initialState: _state, interface: _interface, ...host }) => host,
        ),
    };
}

/** An IPv6 address for the VIP and each host, and API servers of both families. */
const secondFamily = ({ hosts }: { hosts: Entry[] }, apiServers: string[]): Entry => ({
    vip6: "2001:DB8:0:0:1::ffff/64",
    hosts: hosts.map(({ virtualMachine, ...host }, index) => ({
        ...host,
        address6: `2001:db8::1:0:0:${index + 1}`,
        ...(virtualMachine === undefined
            ? {}
            : { virtualMachine: { ...(virtualMachine as Entry), gateway6: "2001:db8::1" } }),
    })),
    apiServers: [...apiServers, "2001:db8:0:1::51", "[fd00::52]:6444"],
});

const sharedOf = (families: string): Entry => (families === "both" ? { gateway6: "fe80::1" } : {});

const lines = (all: string[]): fc.Arbitrary<string> => fc.shuffledSubarray(all).map((chosen) => chosen.join("\n"));
