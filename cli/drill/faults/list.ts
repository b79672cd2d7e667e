/** Every fault the drill knows, in the order they are done. */
import type { ControlPlane, PowerControl, ServerFault } from "../../../shared/faults/ports";
import type { Fault, Scene } from "./fault";
import { program } from "../hosts/program";
import { cut, type Deed, doOn, filter, MOMENT, signalProxy, undoOn } from "./onHost";

/** Something done on the host that holds the VIP, and taken back there. */
function hostFault(fault: Omit<Fault, "inject" | "restore" | "on">, deedOf: (scene: Scene) => Deed): Fault {
    const timed = fault.returns === "by its timer";
    return {
        ...fault,
        on: "holder",
        // Nobody reaches the host while this lasts: its timer alone ends it, exactly after the hold.
        inject: (scene) => doOn(scene, scene.holder, deedOf(scene), timed ? 0 : undefined),
        ...(fault.returns === "restored" ? { restore: (scene) => undoOn(scene, scene.holder, deedOf(scene)) } : {}),
    };
}

/** An API server, or all, as the lab can make them fail. */
function serverFault(
    fault: Omit<Fault, "inject" | "restore" | "needs" | "graceful" | "returns">,
    how: ServerFault,
): Fault {
    const servers = ({ deployment, server }: Scene): string[] =>
        fault.on === "servers" ? deployment.inspection.apiServers : [server];
    return {
        ...fault,
        graceful: false,
        needs: "control plane",
        returns: "restored",
        inject: (scene) =>
            Promise.all(servers(scene).map((each) => (scene.controlPlane as ControlPlane).break(each, how))),
        restore: (scene) =>
            Promise.all(servers(scene).map((each) => (scene.controlPlane as ControlPlane).restore(each, how))),
    };
}

/** Something between every host and API servers, done on all hosts. */
function pathFault(
    fault: Omit<Fault, "inject" | "restore" | "needs" | "graceful" | "returns" | "stays">,
    deedOf: (scene: Scene) => Deed,
): Fault {
    const onAll = (scene: Scene, done: typeof doOn | typeof undoOn): Promise<unknown> =>
        Promise.all(scene.deployment.hosts.map(({ name }) => done(scene, name, deedOf(scene))));
    return {
        ...fault,
        graceful: false,
        needs: "nftables",
        returns: "restored",
        stays: true,
        inject: (scene) => onAll(scene, doOn),
        restore: (scene) => onAll(scene, undoOn),
    };
}

/** Packets to and from those servers alone: their machines may be among the hosts, and have other work. */
function onTheWay(servers: string[], verdict: string): Deed {
    return filter(
        servers.flatMap((server): Parameters<typeof filter>[0] => {
            const [address, port] = server.split(":");
            return [
                ["output", `ip daddr ${address} tcp dport ${port} ${verdict}`],
                ["input", `ip saddr ${address} tcp sport ${port} ${verdict}`],
            ];
        }),
    );
}

/** As if nobody listened there any more. */
function refused(servers: string[]): Deed {
    return filter(
        servers.map((server) => {
            const [address, port] = server.split(":");
            return ["output", `ip daddr ${address} tcp dport ${port} reject with tcp reset`];
        }),
    );
}

export const FAULTS: Fault[] = [
    {
        name: "switchover",
        title: "Graceful switchover",
        graceful: true,
        returns: "by itself",
        on: "holder",
        plan: "asks the host that holds the VIP to hand it over; the host is fit again at once",
        expected: "the VIP moves; no request fails",
        inject: (scene) => scene.bash(scene.holder, `${MOMENT}\n${program("switchover")}`, 60_000),
    },
    hostFault(
        {
            name: "keepalived-stopped",
            title: "keepalived stopped",
            graceful: true,
            returns: "restored",
            plan: "stops keepalived on the host that holds the VIP, and starts it again",
            expected: "the host says that it leaves; another takes over after its skew",
        },
        () => ({ inject: "systemctl stop keepalived", undo: "systemctl start keepalived" }),
    ),
    {
        name: "host-rebooted",
        title: "Host rebooted",
        graceful: true,
        returns: "by itself",
        on: "holder",
        goesDown: true,
        plan: "reboots the host that holds the VIP",
        expected:
            "the host says that it leaves; another takes over after its skew, and keeps the VIP when the host is back",
        // The answer must be out before the host shuts its SSH server down.
        inject: (scene) => scene.bash(scene.holder, `${MOMENT}\nsystemctl --no-block reboot`),
    },
    hostFault(
        {
            name: "keepalived-killed",
            title: "keepalived killed",
            graceful: false,
            returns: "by itself",
            plan: "kills keepalived (SIGKILL) on the host that holds the VIP; systemd starts it again",
            expected: "systemd starts it again at once; it or another holds the VIP, and no request fails",
        },
        () => ({ inject: "pkill -KILL -x keepalived" }),
    ),
    hostFault(
        {
            name: "proxy-killed",
            title: "Proxy killed",
            graceful: false,
            returns: "by itself",
            plan: "kills the proxy (SIGKILL) on the host that holds the VIP; systemd starts it again",
            expected: "the host goes to FAULT at once; another takes over after its skew",
        },
        ({ deployment }) => ({ inject: signalProxy(deployment.inspection.proxyService, "KILL") }),
    ),
    hostFault(
        {
            name: "proxy-hung",
            title: "Proxy hung",
            graceful: false,
            returns: "restored",
            plan: "stops the proxy in its tracks (SIGSTOP) on the host that holds the VIP, and lets it go on (SIGCONT)",
            expected: "the check of the proxy fails, the host goes to FAULT, another takes over",
        },
        ({ deployment }) => ({
            inject: signalProxy(deployment.inspection.proxyService, "STOP"),
            undo: signalProxy(deployment.inspection.proxyService, "CONT"),
        }),
    ),
    {
        name: "host-powered-off",
        title: "Host powered off",
        graceful: false,
        needs: "power",
        returns: "restored",
        on: "holder",
        goesDown: true,
        plan: "cuts the power of the VM that holds the VIP by the Proxmox API, and powers it on again",
        expected: "the others miss its advertisements and one takes over; it keeps the VIP when the host is back",
        inject: async (scene) => {
            await (scene.power as PowerControl).off(scene.holder);
            scene.lose(scene.holder);
        },
        restore: (scene) => (scene.power as PowerControl).on(scene.holder),
    },
    hostFault(
        {
            name: "network-cut",
            title: "Network cut",
            graceful: false,
            needs: "nftables",
            returns: "by its timer",
            plan:
                "drops every packet from and to the host that holds the VIP, SSH and ARP too; a timer on the " +
                "host ends that",
            expected:
                "another takes over; the host itself believes that it holds the VIP, which does no harm, " +
                "until it hears the other again",
        },
        ({ deployment, holder }) => cut(deployment.hosts.find(({ name }) => name === holder)!.address),
    ),
    hostFault(
        {
            name: "vrrp-lost",
            title: "VRRP lost between the hosts",
            graceful: false,
            needs: "nftables",
            returns: "restored",
            plan:
                "drops VRRP from and to the host that holds the VIP, while clients still reach all hosts; then " +
                "lets it through again",
            expected:
                "two hosts hold the VIP while it lasts, and clients reach one of them; exactly one is left at the end",
        },
        () =>
            filter([
                ["input", "ip protocol 112 drop"],
                ["output", "ip protocol 112 drop"],
            ]),
    ),
    serverFault(
        {
            name: "api-server-killed",
            title: "API server killed",
            on: "server",
            stays: true,
            plan: "kills one API server, and starts it again",
            expected: "its connections break; new ones go to the others",
        },
        "killed",
    ),
    serverFault(
        {
            name: "api-server-hung",
            title: "API server hung",
            on: "server",
            stays: true,
            plan: "lets one API server accept connections without ever answering, and heals it",
            expected: "requests to it time out until it is left out after two failed checks",
        },
        "hung",
    ),
    serverFault(
        {
            name: "api-server-not-ready",
            title: "API server not ready",
            on: "server",
            stays: true,
            plan: "lets one API server answer 500 on /readyz, and heals it",
            expected: "it is left out after two failed checks",
        },
        "not ready",
    ),
    pathFault(
        {
            name: "api-server-black-holed",
            title: "API server's address black-holed",
            on: "server",
            plan:
                "drops every packet to and from the port of one API server, on all hosts; then lets them through " +
                "again",
            expected: "the first connections to it wait for the proxy's connect time-out, then it is left out",
        },
        ({ server }) => onTheWay([server], "drop"),
    ),
    pathFault(
        {
            name: "packets-lost",
            title: "2 % of packets lost",
            on: "servers",
            plan:
                "drops 2 of 100 packets, each way, between the hosts and the API servers; then lets all of them " +
                "through again",
            expected: "a lost packet costs a retry: no request fails, and no server is left out",
        },
        ({ deployment }) => onTheWay(deployment.inspection.apiServers, "numgen random mod 100 < 2 drop"),
    ),
    pathFault(
        {
            name: "all-api-servers-refuse",
            title: "All API servers refuse",
            on: "servers",
            silences: true,
            plan:
                "lets the hosts refuse every packet to an API server, which breaks all connections; then all " +
                "servers are there again at once",
            expected:
                "nothing answers, and the VIP stays where it is; once they are back, the next connection is answered",
        },
        ({ deployment }) => refused(deployment.inspection.apiServers),
    ),
    serverFault(
        {
            name: "all-api-servers-down",
            title: "All API servers down",
            on: "servers",
            stays: true,
            silences: true,
            plan: "kills all API servers, and starts them again",
            expected: "nothing answers, and the VIP stays where it is: moving it would help nobody",
        },
        "killed",
    ),
];
