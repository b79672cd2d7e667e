/**
 * A router between a client and the lab's hosts, which speaks BGP with them: BIRD of Debian 13 in a namespace on the
 * bridge, connections spread over all hosts by addresses and ports, and the client in a network of its own behind it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { run, succeeds } from "../../../tools/run";
import { checkersOf, ensureImage } from "../hypervisor/image";
import type { LabInstance } from "../instance";
import { attach, detach, inNamespace, type Veth, vethOf } from "./namespace";

/** Autonomous systems of the hosts and of the router. */
const HOSTS_AS = 64512;
const ROUTER_AS = 64513;

/** The network of the client behind the router. */
const BEHIND = { router: "172.31.77.1", client: "172.31.77.2", network: "172.31.77.0/30" };

/** Bits of the lab's network that the router is in: the VIP, .100, is beyond. */
const ROUTER_PREFIX_LENGTH = 26;

const routerAddress = ({ subnet }: LabInstance): string => `${subnet}.3`;

/** The input `bgp` of hosts that announce to the router; the file has the password of its sessions, if any. */
export const bgpToRouter = (instance: LabInstance, passwordFile?: string): object => ({
    localAs: HOSTS_AS,
    prefixLength: ROUTER_PREFIX_LENGTH,
    peers: [
        { address: routerAddress(instance), as: ROUTER_AS, ...(passwordFile === undefined ? {} : { passwordFile }) },
    ],
});

export interface Router {
    /** The instance, with the client behind the router. */
    instance: LabInstance;
    /** What a host must know to answer that client: arguments of `ip route replace`. */
    wayBack: string;
    /** The hosts that connections to the VIP are spread over now. */
    nextHops(): Promise<string[]>;
    /** Waits until these are exactly those; throws where they are not in so many seconds. */
    spreadsOver(wanted: string[], withinSeconds: number): Promise<void>;
    /** What its BIRD says of its sessions. */
    sessions(): Promise<string>;
    stop(): Promise<void>;
}

/** `hosts` are their addresses; with a password (MD5) the router talks to nobody who does not know it. */
export async function startRouter(
    instance: LabInstance,
    vip: string,
    hosts: string[],
    password?: string,
): Promise<Router> {
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
    const daemon = await startBird(router.namespace, birdConfiguration(instance, vip, hosts, password));
    const nextHops = async (): Promise<string[]> => {
        const text = await run("ip", ["-n", router.namespace, "route", "show", vip]);
        return [...text.matchAll(/via (\S+)/g)].map(([, hop]) => hop!).sort();
    };
    return {
        instance: { ...instance, client: { namespace: client, address: BEHIND.client } },
        wayBack: `${BEHIND.network} via ${routerAddress(instance)}`,
        nextHops,
        spreadsOver: async (wanted, withinSeconds) => {
            const deadline = Date.now() + withinSeconds * 1000;
            const all = [...wanted].sort().join();
            for (let now = (await nextHops()).join(); now !== all; now = (await nextHops()).join()) {
                if (Date.now() > deadline) throw new Error(`the router has ${now || "none"}, not ${all}`);
                await sleep(20);
            }
        },
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

/** It forwards, and takes a connection's ports into account. */
const KERNEL =
    "cd /proc/sys/net/ipv4; echo 1 > ip_forward; echo 1 > fib_multipath_hash_policy; " +
    "for each in conf/*; do echo 0 > $each/rp_filter; echo 0 > $each/send_redirects; done";

function birdConfiguration(instance: LabInstance, vip: string, hosts: string[], password: string | undefined): string {
    const sessions = hosts.map(
        (host, index) => `protocol bgp host${index + 1} {
    local ${routerAddress(instance)} as ${ROUTER_AS};
    neighbor ${host} as ${HOSTS_AS};
${password === undefined ? "" : `    password "${password}";\n`}    direct;
    hold time 9;
    connect retry time 2;
    error wait time 1, 5;
    graceful restart off;
    bfd on;
    ipv4 { import where net = ${vip}/32; export none; };
}
`,
    );
    return `log stderr all;
router id ${routerAddress(instance)};
protocol device {}
protocol kernel { ipv4 { import none; export all; }; merge paths on; }
protocol bfd { interface "*" { interval 100 ms; multiplier 3; }; }
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
