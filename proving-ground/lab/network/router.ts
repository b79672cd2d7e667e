/**
 * A router between a client and the lab's hosts, which speaks BGP with them: BIRD of Debian 13 in a namespace on the
 * bridge, connections spread over all hosts by addresses and ports, and the client in a network of its own behind it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { run, succeeds } from "../../../tools/run";
import { checkersOf, ensureImage } from "../hypervisor/image";
import { address6Of, type LabInstance } from "../instance";
import { attach, detach, inNamespace, type Veth, vethOf } from "./namespace";

/** Autonomous systems of the hosts and of the router. */
const HOSTS_AS = 64512;
const ROUTER_AS = 64513;

/** The networks of the client behind the router. */
const BEHIND = { router: "172.31.77.1", client: "172.31.77.2", network: "172.31.77.0/30" };
const BEHIND6 = { router: "fd77:b::1", client: "fd77:b::2", network: "fd77:b::/126" };

/** Bits of the lab's networks that the router is in: the VIPs, .100 and ::100, are beyond. */
const ROUTER_PREFIX_LENGTH = 26;
const ROUTER_PREFIX_LENGTH6 = 122;

const routerAddress = ({ subnet }: LabInstance): string => `${subnet}.3`;

export interface BgpInput {
    localAs: number;
    prefixLength: number;
    prefixLength6?: number;
    peers: { address: string; as: number; passwordFile?: string }[];
}

/**
 * The input `bgp` of hosts that announce to the router, by a session of each family where they have IPv6 too; the file
 * has the password of its sessions, if any.
 */
export function bgpToRouter(
    instance: LabInstance,
    { ipv6 = false, passwordFile }: { ipv6?: boolean; passwordFile?: string } = {},
): BgpInput {
    const own = routerAddress(instance);
    const addresses = ipv6 ? [own, address6Of(instance, own)] : [own];
    return {
        localAs: HOSTS_AS,
        prefixLength: ROUTER_PREFIX_LENGTH,
        ...(ipv6 ? { prefixLength6: ROUTER_PREFIX_LENGTH6 } : {}),
        peers: addresses.map((address) => ({
            address,
            as: ROUTER_AS,
            ...(passwordFile === undefined ? {} : { passwordFile }),
        })),
    };
}

/** Who announces what to the router. */
export interface Announced {
    vip: string;
    /** Announced by the hosts' IPv6 addresses, which go with their others. */
    vip6?: string;
    /** The hosts' addresses. */
    hosts: string[];
    /** With one (MD5) the router talks to nobody who does not know it. */
    password?: string;
    /** Others beside them, which announce a VIP of their own, and the most seconds that the router waits for a word. */
    also?: { vip: string; hosts: string[]; holdTime: number }[];
}

export interface Router {
    /** The instance, with the client behind the router. */
    instance: LabInstance;
    /** What a host must know to answer that client: commands for its root. */
    wayBack: string;
    /** The hosts that connections to the VIP are spread over now. */
    nextHops(): Promise<string[]>;
    /** Waits until these are exactly those, in each family; throws where they are not in so many seconds. */
    spreadsOver(wanted: string[], withinSeconds: number): Promise<void>;
    /** The same of another VIP. */
    spreads(vip: string, wanted: string[], withinSeconds: number): Promise<void>;
    /** What its BIRD says of its sessions. */
    sessions(): Promise<string>;
    stop(): Promise<void>;
}

export async function startRouter(instance: LabInstance, announced: Announced): Promise<Router> {
    const { vip, vip6, hosts } = announced;
    const router = vethOf(instance, "router");
    const client = `${router.namespace.replace(/router$/, "")}behind`;
    await removeRouter(router, client);
    await attach(instance, router);
    const ip = (...args: string[]): Promise<string> => run("ip", ["-n", router.namespace, ...args]);
    await ip("addr", "replace", `${routerAddress(instance)}/${ROUTER_PREFIX_LENGTH}`, "dev", router.interface);
    await ip("link", "set", router.interface, "up");
    await run("ip", ["netns", "add", client]);
    await run("ip", ["-n", client, "link", "set", "lo", "up"]);
    await ip("link", "add", "behind", "type", "veth", "peer", "name", "eth0", "netns", client);
    await ip("addr", "replace", `${BEHIND.router}/30`, "dev", "behind");
    await ip("link", "set", "behind", "up");
    await run("ip", ["-n", client, "addr", "replace", `${BEHIND.client}/30`, "dev", "eth0"]);
    await run("ip", ["-n", client, "link", "set", "eth0", "up"]);
    await run("ip", ["-n", client, "route", "replace", "default", "via", BEHIND.router]);
    await inNamespace(router.namespace, ["sh", "-c", KERNEL]);
    if (vip6 !== undefined) await ipv6Ways(instance, router, client);
    const daemon = await startBird(router.namespace, birdConfiguration(instance, announced));
    const hopsOf = async (family: "-4" | "-6", to: string): Promise<string[]> => {
        const text = await run("ip", [family, "-n", router.namespace, "route", "show", to]);
        return [...text.matchAll(/via (\S+)/g)].map(([, hop]) => hop!).sort();
    };
    const nextHops = (): Promise<string[]> => hopsOf("-4", vip);
    const nextHops6 = async (): Promise<string[]> => {
        const hops = await hopsOf("-6", vip6!);
        return hops.map((hop) => hosts.find((host) => address6Of(instance, host) === hop) ?? hop).sort();
    };
    const families = [nextHops, ...(vip6 === undefined ? [] : [nextHops6])];
    return {
        instance: { ...instance, client: { namespace: client, address: BEHIND.client } },
        wayBack: [
            `ip route replace ${BEHIND.network} via ${routerAddress(instance)}`,
            ...(vip6 === undefined
                ? []
                : [`ip -6 route replace ${BEHIND6.network} via ${address6Of(instance, routerAddress(instance))}`]),
        ].join("; "),
        nextHops,
        spreadsOver: (wanted, withinSeconds) => untilEach(families, wanted, withinSeconds),
        spreads: (other, wanted, withinSeconds) => untilEach([() => hopsOf("-4", other)], wanted, withinSeconds),
        sessions: async () => {
            const image = await ensureImage(checkersOf("13"));
            const place = ["nsenter", `--target=${daemon.pid}`, "--mount", "chroot", image];
            return run(place[0]!, [...place.slice(1), "birdc", "-s", "/run/bird.ctl", "show", "protocols", "all"]);
        },
        stop: async () => {
            if (daemon.exitCode === null) {
                daemon.kill();
                await once(daemon, "exit");
            }
            await removeRouter(router, client);
        },
    };
}

/** Waits until each says just this. */
async function untilEach(
    families: (() => Promise<string[]>)[],
    wanted: string[],
    withinSeconds: number,
): Promise<void> {
    const deadline = Date.now() + withinSeconds * 1000;
    const hops = [...wanted].sort().join();
    for (;;) {
        const now = (await Promise.all(families.map((each) => each()))).map((found) => found.join());
        if (now.every((found) => found === hops)) return;
        if (Date.now() > deadline) {
            const found = now.map((each) => each || "none").join(" and ");
            throw new Error(`the router has ${found}, not ${hops || "none"}`);
        }
        await sleep(20);
    }
}

/** It forwards, and takes a connection's ports into account. */
const KERNEL =
    "cd /proc/sys/net/ipv4; echo 1 > ip_forward; echo 1 > fib_multipath_hash_policy; " +
    "for each in conf/*; do echo 0 > $each/rp_filter; echo 0 > $each/send_redirects; done";

/** The second family, from the hosts to the client. */
async function ipv6Ways(instance: LabInstance, router: Veth, client: string): Promise<void> {
    const ip = (namespace: string, ...args: string[]): Promise<string> => run("ip", ["-6", "-n", namespace, ...args]);
    const own = `${address6Of(instance, routerAddress(instance))}/${ROUTER_PREFIX_LENGTH6}`;
    await ip(router.namespace, "addr", "replace", own, "dev", router.interface, "nodad");
    await ip(router.namespace, "addr", "replace", `${BEHIND6.router}/126`, "dev", "behind", "nodad");
    await ip(client, "addr", "replace", `${BEHIND6.client}/126`, "dev", "eth0", "nodad");
    await ip(client, "route", "replace", "default", "via", BEHIND6.router);
    await inNamespace(router.namespace, ["sh", "-c", KERNEL6]);
}

const KERNEL6 = "cd /proc/sys/net/ipv6; echo 1 > conf/all/forwarding; echo 1 > fib_multipath_hash_policy";

interface Session {
    name: string;
    router: string;
    host: string;
    channel: string;
    holdTime: number;
}

/** Seconds; each side may ask for less. */
const HOLD_TIME = 9;

const importing = (vip: string): string => `ipv4 { import where net = ${vip}/32; export none; };`;

/** Of a host: one for each VIP, by addresses of its family. */
function sessionsOf(instance: LabInstance, { vip, vip6 }: Announced, host: string, index: number): Session[] {
    const name = `host${index + 1}`;
    const router = routerAddress(instance);
    const first = { name, router, host, channel: importing(vip), holdTime: HOLD_TIME };
    if (vip6 === undefined) return [first];
    return [
        first,
        {
            name: `${name}_6`,
            router: address6Of(instance, router),
            host: address6Of(instance, host),
            // Next hops that can be told apart without asking the hosts for their link-local addresses.
            channel: `ipv6 { import where net = ${vip6}/128; export none; next hop prefer global; };`,
            holdTime: HOLD_TIME,
        },
    ];
}

function birdConfiguration(instance: LabInstance, announced: Announced): string {
    const { vip6, hosts, password, also = [] } = announced;
    const others = also.flatMap(({ vip, hosts: theirs, holdTime }, group) =>
        theirs.map((host, index): Session => {
            const router = routerAddress(instance);
            return { name: `also${group + 1}_${index + 1}`, router, host, channel: importing(vip), holdTime };
        }),
    );
    const sessions = [...hosts.flatMap((each, index) => sessionsOf(instance, announced, each, index)), ...others].map(
        ({ name, router, host, channel, holdTime }) => `protocol bgp ${name} {
    local ${router} as ${ROUTER_AS};
    neighbor ${host} as ${HOSTS_AS};
${password === undefined ? "" : `    password "${password}";\n`}    direct;
    hold time ${holdTime};
    connect retry time 2;
    error wait time 1, 5;
    graceful restart off;
    bfd on;
    ${channel}
}
`,
    );
    return `log stderr all;
router id ${routerAddress(instance)};
protocol device {}
protocol kernel { ipv4 { import none; export all; }; merge paths on; }
${vip6 === undefined ? "" : "protocol kernel { ipv6 { import none; export all; }; merge paths on; }\n"}protocol bfd { interface "*" { interval 100 ms; multiplier 3; }; }
${sessions.join("")}`;
}

/** In the root file system that tests have BIRD in, whose /run and /tmp are its own meanwhile. */
const BIRD = `set -eu
mount -t tmpfs tmpfs "$1/run"
mount -t tmpfs tmpfs "$1/tmp"
cat > "$1/tmp/bird.conf"
# What BFD does late on a busy machine is a dead host to the others.
chrt --rr --pid 49 $$ 2> /dev/null || true
exec chroot "$1" bird -f -c /tmp/bird.conf -s /run/bird.ctl`;

async function startBird(namespace: string, configuration: string): Promise<ChildProcess> {
    const image = await ensureImage(checkersOf("13"));
    const daemon = spawn(
        "nsenter",
        [`--net=/run/netns/${namespace}`, "unshare", "--mount", "sh", "-c", BIRD, "sh", image],
        { stdio: ["pipe", "ignore", "ignore"] },
    );
    daemon.stdin.end(configuration);
    return daemon;
}

async function removeRouter(router: Veth, client: string): Promise<void> {
    await detach(router);
    await succeeds("ip", ["netns", "del", client]);
}
