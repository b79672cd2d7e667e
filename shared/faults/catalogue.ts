/**
 * Every fault there is, in the order they are injected. An entry here is all it takes: `npm run drill -- --fault NAME`
 * injects it, `npm run bench -- failover --events NAME` measures it, and the table in docs/operations.md lists it.
 */
import type { Fault } from "./fault";

/** Lost packets between the hosts and the API servers. */
export const packetsLost = (perMille: number): Fault => ({
    name: perMille === 20 ? "packets-lost" : `packets-lost-${perMille / 10}`,
    title: `${perMille / 10} % of packets lost`,
    needs: "nftables",
    recovery: "reverted",
    on: "servers",
    action: { kind: "path", effect: { kind: "loss", perMille } },
    expectsNoFailover: true,
    degrades: true,
    plan:
        `drops ${perMille / 10} of 100 packets, each way, between the hosts and the API servers; then lets ` +
        "all of them through again",
    expected:
        "a lost packet costs a retry: no request fails, few take longer than 0.4 s, and no server is ejected " +
        "from rotation",
});

export const FAULTS: Fault[] = [
    {
        name: "switchover",
        title: "Graceful switchover",
        inDefaultDrill: true,
        recovery: "self",
        on: "master",
        action: { kind: "switchover" },
        plan: "asks the master to hand the VIP over; the host can take the VIP again at once",
        expected: "the VIP moves; no request fails, and clients of kept connections are told to reconnect",
    },
    {
        name: "keepalived-stopped",
        title: "keepalived stopped",
        inDefaultDrill: true,
        recovery: "reverted",
        on: "master",
        action: { kind: "script", inject: "systemctl stop keepalived", revert: "systemctl start keepalived" },
        plan: "stops keepalived on the master, and starts it again",
        expected: "the master announces that it leaves; another takes over after its skew, and no request fails",
    },
    {
        name: "host-rebooted",
        title: "Host rebooted",
        inDefaultDrill: true,
        recovery: "self",
        on: "master",
        // The answer must be out before the host shuts its SSH server down.
        action: { kind: "script", inject: "systemctl --no-block reboot" },
        losesHost: true,
        plan: "reboots the master",
        expected:
            "the master announces that it leaves; another takes over after its skew, and keeps the VIP when " +
            "the host is back",
    },
    {
        name: "keepalived-killed",
        title: "keepalived killed",
        recovery: "self",
        on: "master",
        action: { kind: "signal", daemon: "keepalived", inject: "KILL" },
        delayed: true,
        plan: "kills keepalived (SIGKILL) on the master; systemd starts it again",
        expected:
            "it or another host is master again, with a short split-brain or none; no request fails, since " +
            "the host still answers for the VIP",
    },
    {
        name: "proxy-killed",
        title: "Proxy killed",
        recovery: "self",
        on: "master",
        action: { kind: "signal", daemon: "proxy", inject: "KILL" },
        plan: "kills the proxy (SIGKILL) on the master; systemd starts it again",
        expected: "the host goes to FAULT at once; another takes over after its skew",
    },
    {
        name: "proxy-hung",
        title: "Proxy hung",
        recovery: "reverted",
        on: "master",
        action: { kind: "signal", daemon: "proxy", inject: "STOP", revert: "CONT" },
        plan: "freezes the proxy (SIGSTOP) on the master, and lets it go on (SIGCONT)",
        expected: "the health check of the proxy fails within 1.3 s, the host goes to FAULT, another takes over",
    },
    {
        name: "host-powered-off",
        title: "Host powered off",
        needs: "power",
        recovery: "reverted",
        on: "master",
        action: { kind: "power" },
        losesHost: true,
        plan: "cuts the power of the master, a VM, by the Proxmox API, and powers it on again",
        expected:
            "another takes over after three missed advertisements and its skew; it keeps the VIP when the host is back",
    },
    {
        name: "network-cut",
        title: "Network cut",
        needs: "nftables",
        recovery: "timer",
        on: "master",
        action: { kind: "isolate" },
        plan: "drops every packet from and to the master, SSH and ARP too; a timer on the host ends that",
        expected:
            "another takes over; the host itself stays master, unreachable, which does no harm, until it " +
            "hears the other again",
    },
    {
        name: "vrrp-lost",
        title: "VRRP lost between the hosts",
        needs: "nftables",
        recovery: "reverted",
        on: "master",
        action: {
            kind: "filter",
            rules: [
                ["input", "ip protocol 112 drop"],
                ["output", "ip protocol 112 drop"],
            ],
        },
        delayed: true,
        plan: "drops VRRP from and to the master, while clients still reach all hosts; then lets it through again",
        expected: "split-brain while it lasts, and clients reach one of the hosts; exactly one master at the end",
    },
    {
        name: "api-server-killed",
        title: "API server killed",
        needs: "control plane",
        recovery: "reverted",
        on: "server",
        action: { kind: "server", fault: "killed" },
        expectsNoFailover: true,
        plan: "kills one API server, and starts it again",
        expected: "its connections break; new ones go to the others",
    },
    {
        name: "api-server-hung",
        title: "API server hung",
        needs: "control plane",
        recovery: "reverted",
        on: "server",
        action: { kind: "server", fault: "hung" },
        expectsNoFailover: true,
        plan: "lets one API server accept connections without ever answering, and restores it",
        expected: "requests to it time out until it is ejected after two failed checks, within 2.3 s",
    },
    {
        name: "api-server-not-ready",
        title: "API server not ready",
        needs: "fake control plane",
        recovery: "reverted",
        on: "server",
        action: { kind: "server", fault: "not ready" },
        expectsNoFailover: true,
        plan: "lets one API server answer 500 on /readyz, and restores it",
        expected: "it is ejected after two failed checks, within 0.6 s",
    },
    {
        name: "api-server-black-holed",
        title: "API server's address black-holed",
        needs: "nftables",
        recovery: "reverted",
        on: "server",
        action: { kind: "path", effect: { kind: "loss", perMille: 1000 } },
        expectsNoFailover: true,
        plan:
            "drops every packet to and from the port of one API server, on all hosts; then lets them through " +
            "again",
        expected: "the first connections to it wait for the proxy's connect time-out, then it is ejected",
    },
    packetsLost(20),
    {
        name: "all-api-servers-refuse",
        title: "All API servers refuse",
        needs: "nftables",
        recovery: "reverted",
        on: "servers",
        action: { kind: "path", effect: { kind: "refused" } },
        expectsNoFailover: true,
        expectsOutage: true,
        plan:
            "lets the hosts refuse every packet to an API server, which breaks all connections; then all servers are " +
            "there again at once",
        expected: "nothing answers, and the VIP stays where it is; afterwards the next connection is answered",
    },
    {
        name: "all-api-servers-down",
        title: "All API servers down",
        needs: "control plane",
        recovery: "reverted",
        on: "servers",
        action: { kind: "server", fault: "killed" },
        expectsNoFailover: true,
        expectsOutage: true,
        plan: "kills all API servers, and starts them again",
        expected: "nothing answers, and the VIP stays where it is: moving it would not help",
    },
];
