/**
 * kube-vip on the API servers' machines, as its static pod runs on control-plane nodes: it shares the node's network,
 * asks the API server beside it for the lease, and is started again when it has ended.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run, UserError } from "../../../tools/run";
import { slotVeth } from "../../lab/apiserver/slot";
import { writeAtomically } from "../../lab/files";
import type { LabInstance } from "../../lab/instance";
import { API_SERVER_PORT } from "../../lab/apiserver/apiServers";
import type { BgpInput } from "../../lab/network/router";
import { keys } from "../../lab/pki";
import { writeKubeconfig } from "../../lab/kubernetes/kubeconfig";
import { hasAddress } from "../../lab/network/namespace";
import { type Daemon, startDaemon, stopDaemon } from "../../lab/processes";

/** Of the lease by which the nodes agree who has the VIP, in seconds. */
export interface LeaseTimes {
    duration: number;
    renewDeadline: number;
    retry: number;
}

/** Seconds. */
export interface BgpTimes {
    hold: number;
    keepalive: number;
    /** Between packets, of which three may be missing; without it there is none. */
    bfd?: number;
    /** Of its checks of the API server beside it, which it has none of by default. */
    check: { period: number; timeout: number; failures: number };
}

/** One node has the VIP, by a lease. */
export interface Arp {
    arp: LeaseTimes;
}

/** All nodes announce it to routers. */
export interface Bgp {
    bgp: BgpTimes;
    router: BgpInput;
}

export interface KubeVip<Mode = Arp | Bgp> {
    /** Of its lease too. */
    name: string;
    /** No two that run at once have the same. */
    vip: string;
    /** Where it tells its own metrics, which two on one node must not share. */
    metricsPort: number;
    mode: Mode;
}

/** Seconds after which it is started again: a kubelet does so at once the first time, later after 10 s and more. */
const RESTART = 1;

/** What `kube-vip version` says. */
export async function versionOf(program: string): Promise<string> {
    const text = await run(program, ["version"]).catch(() => {
        throw new UserError(
            `${program} is no kube-vip that runs here. It can be built from its public repository, ` +
                "github.com/kube-vip/kube-vip, by: CGO_ENABLED=0 go build -o kube-vip .; --binary names it.",
        );
    });
    return /^Version:[ \t]*(\S+)/m.exec(text)?.[1] ?? "of an unknown version";
}

export const nodesOf = (instance: LabInstance): string[] => instance.apiServers.map(({ name }) => name);

/** Starts it on every node. */
export async function startKubeVip(instance: LabInstance, program: string, kubeVip: KubeVip): Promise<void> {
    for (const { name, address } of instance.apiServers) {
        const kubeconfig = await writeKubeconfig(instance, `https://${address}:${API_SERVER_PORT}`);
        const flags = [
            "manager",
            "--controlplane",
            ...flagsOfMode(instance, kubeVip, name, address),
            addressOf(kubeVip),
            "--vipSubnet=32",
            `--port=${API_SERVER_PORT}`,
            `--nodeName=${name}`,
            `--k8sConfigPath=${kubeconfig}`,
            `--prometheusHTTPServer=127.0.0.1:${kubeVip.metricsPort}`,
        ];
        await startDaemon(daemonOf(instance, kubeVip, name), {
            command: "nsenter",
            args: [
                `--net=/run/netns/${slotVeth(instance, name).namespace}`,
                "--",
                "sh",
                "-c",
                `while :; do [ -e "$0" ] || "$@"; sleep ${RESTART}; done`,
                pauseFile(instance, kubeVip, name),
                program,
                ...flags,
            ],
            env: { PATH: process.env["PATH"], ...environmentOfMode(kubeVip) },
        });
    }
}

function flagsOfMode(instance: LabInstance, { name, mode }: KubeVip, node: string, address: string): string[] {
    if ("arp" in mode) {
        const { duration, renewDeadline, retry } = mode.arp;
        return [
            "--arp",
            "--leaderElection",
            `--interface=${slotVeth(instance, node).interface}`,
            `--leaseName=plndr-cp-lock-${name}`,
            `--leaseDuration=${duration}`,
            `--leaseRenewDuration=${renewDeadline}`,
            `--leaseRetry=${retry}`,
        ];
    }
    const { bgp, router } = mode;
    return [
        "--bgp",
        "--interface=lo",
        `--localAS=${router.localAs}`,
        `--bgpRouterID=${address}`,
        `--sourceIP=${address}`,
        `--bgpHoldTimer=${bgp.hold}`,
        `--bgpKeepAliveInterval=${bgp.keepalive}`,
        `--controlPlaneHealthCheckAddress=https://127.0.0.1:${API_SERVER_PORT}/readyz`,
        `--controlPlaneHealthCheckCAPath=${keys(instance).caCertificate}`,
        `--controlPlaneHealthCheckPeriodSeconds=${bgp.check.period}`,
        `--controlPlaneHealthCheckTimeoutSeconds=${bgp.check.timeout}`,
        `--controlPlaneHealthCheckFailureThreshold=${bgp.check.failures}`,
    ];
}

/** Its program takes peers from there alone, where its static pod has them. */
function environmentOfMode({ mode }: KubeVip): Record<string, string> {
    if ("arp" in mode) return {};
    const { bfd } = mode.bgp;
    const ms = bfd === undefined ? "" : String(1000 * bfd);
    const options = bfd === undefined ? "" : `:::::true;${ms};${ms};3`;
    return { bgp_peers: mode.router.peers.map(({ address, as }) => `${address}:${as}${options}`).join(",") };
}

/** Ends it everywhere, with what it does when it ends. */
export async function stopKubeVip(instance: LabInstance, kubeVip: KubeVip): Promise<void> {
    for (const node of nodesOf(instance)) {
        await stopDaemon(daemonOf(instance, kubeVip, node), 0);
        for (const pid of await processesOn(instance, kubeVip, node)) process.kill(pid, "SIGTERM");
    }
    const deadline = Date.now() + 5000;
    while (
        (await Promise.all(nodesOf(instance).map((node) => processesOn(instance, kubeVip, node)))).flat().length > 0
    ) {
        if (Date.now() > deadline) throw new UserError(`${kubeVip.name} did not end within 5 s.`);
        await sleep(50);
    }
}

/** Nodes whose interface has the VIP: one, when all is healthy. */
export async function nodesWithVip(instance: LabInstance, { vip }: KubeVip): Promise<string[]> {
    const nodes = nodesOf(instance);
    const have = await Promise.all(nodes.map((node) => hasAddress(slotVeth(instance, node), vip)));
    return nodes.filter((_, index) => have[index]);
}

/** Whether its process is there on every node. */
export async function runsEverywhere(instance: LabInstance, kubeVip: KubeVip): Promise<boolean> {
    const all = await Promise.all(nodesOf(instance).map((node) => processesOn(instance, kubeVip, node)));
    return all.every((pids) => pids.length > 0);
}

/** Kills the process; its address stays on the interface. It is started again. */
export async function killKubeVip(instance: LabInstance, kubeVip: KubeVip, node: string): Promise<() => void> {
    const pids = await processesOn(instance, kubeVip, node);
    return () => pids.forEach((pid) => process.kill(pid, "SIGKILL"));
}

/** Its pod is taken from the node in good order: it gives its lease and its address back, and is not started again. */
export async function leaveKubeVip(instance: LabInstance, kubeVip: KubeVip, node: string): Promise<void> {
    await writeAtomically(pauseFile(instance, kubeVip, node), "");
    for (const pid of await processesOn(instance, kubeVip, node)) process.kill(pid, "SIGTERM");
}

/** It may run there again. */
export async function returnKubeVip(instance: LabInstance, kubeVip: KubeVip, node: string): Promise<void> {
    await run("rm", ["-f", pauseFile(instance, kubeVip, node)]);
}

const addressOf = ({ vip }: KubeVip): string => `--address=${vip}`;

const daemonOf = (instance: LabInstance, { name }: KubeVip, node: string): Daemon => ({
    name: `${name} on ${node}`,
    pidFile: join(instance.directory, "kube-vip", `${name}-${node}.pid`),
    logFile: join(instance.directory, "log", `${name}-${node}.log`),
});

const pauseFile = (instance: LabInstance, { name }: KubeVip, node: string): string =>
    join(instance.directory, "kube-vip", `${name}-${node}.paused`);

/** Those of this VIP in the node's namespace. */
async function processesOn(instance: LabInstance, kubeVip: KubeVip, node: string): Promise<number[]> {
    const { namespace } = slotVeth(instance, node);
    const pids = (await run("ip", ["netns", "pids", namespace])).split("\n").filter((pid) => pid !== "");
    const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
    return pids
        .filter((_, index) => {
            const [program = "", ...args] = lines[index]!.split("\0");
            return !/(^|\/)(sh|nsenter)$/.test(program) && args.includes(addressOf(kubeVip));
        })
        .map(Number);
}
