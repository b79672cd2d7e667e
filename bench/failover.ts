/** Failover of the lab's VIP as a client sees it: a new TLS connection every 5 ms, one fault a run, the longest gap of each. */
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { summarise } from "../lab/client/observations";
import { watching } from "../lab/client/watching";
import { holders, type LabHost, readHosts } from "../lab/hosts";
import { nspawnHypervisor } from "../lab/hypervisor/nspawn";
import type { LabInstance } from "../lab/instance";
import { proxmoxCall } from "../lab/proxmoxApi";
import { sshArguments } from "../lab/ssh";
import { say } from "../tools/progress";
import { UserError } from "../tools/run";
import { type Spread, spread } from "./statistics";

interface Fault {
    name: string;
    inject: (instance: LabInstance, holder: LabHost) => Promise<unknown>;
    restore: (instance: LabInstance, holder: LabHost) => Promise<unknown>;
}

const faults: Fault[] = [
    {
        name: "host powered off",
        inject: (instance, holder) => nspawnHypervisor(instance).stop(holder.vmId),
        restore: (instance, holder) => proxmoxCall(instance, "POST", `/nodes/${holder.node}/qemu/${holder.vmId}/status/start`),
    },
    { name: "nginx killed", inject: (instance, holder) => onHost(instance, holder, "sudo pkill -KILL --oldest nginx"), restore: () => Promise.resolve() },
    { name: "keepalived killed", inject: (instance, holder) => onHost(instance, holder, "sudo pkill -KILL keepalived"), restore: () => Promise.resolve() },
    { name: "keepalived stopped", inject: (instance, holder) => onHost(instance, holder, "sudo systemctl stop keepalived"), restore: (instance, holder) => onHost(instance, holder, "sudo systemctl start keepalived") },
];

export interface FaultResult {
    fault: string;
    /** Longest gap of each run, in milliseconds. */
    gaps: number[];
    /** Gap in milliseconds. */
    gap: Spread;
    failedRequests: Spread;
    requests: Spread;
}

/** Every fault `runs` times, in turn, so that a slow spell of the machine falls on all of them. */
export async function failover(instance: LabInstance, runs: number): Promise<FaultResult[]> {
    const seen = new Map(faults.map(({ name }) => [name, { gaps: [] as number[], failed: [] as number[], requests: [] as number[] }]));
    const vip = `${instance.subnet}.100`;
    for (let run = 1; run <= runs; run++) {
        for (const fault of faults) {
            const holder = await settledHolder(instance, vip);
            const observations = await watching(instance, vip, async () => {
                await sleep(1000);
                await fault.inject(instance, holder);
                await sleep(4000);
            }, { timeoutMs: 1000, watch: false });
            const summary = summarise(observations);
            await fault.restore(instance, holder);
            const figures = seen.get(fault.name)!;
            figures.gaps.push(summary.longestGap);
            figures.failed.push(summary.failed);
            figures.requests.push(summary.requests);
            say(`  run ${run}, ${fault.name} on ${holder.name}: gap ${summary.longestGap.toFixed(0)} ms, ${summary.failed} of ${summary.requests} requests failed`);
        }
    }
    return faults.map(({ name }) => {
        const { gaps, failed, requests } = seen.get(name)!;
        return { fault: name, gaps, gap: spread(gaps), failedRequests: spread(failed), requests: spread(requests) };
    });
}

/** All hosts run, each knows its VRRP state, and one has held the VIP for two seconds. */
async function settledHolder(instance: LabInstance, vip: string): Promise<LabHost> {
    const deadline = Date.now() + 60_000;
    let since = Date.now();
    let before = "";
    for (;;) {
        const hosts = await readHosts(instance);
        const names = holders(hosts, vip);
        const ready = await Promise.all(hosts.map(async (host) => host.running && (await onHost(instance, host,
            "systemctl is-active --quiet nginx keepalived && cat /run/ha-api/vrrp-state").catch(() => "")).match(/MASTER|BACKUP/)));
        if (names.join() !== before || names.length !== 1 || !ready.every(Boolean)) since = Date.now();
        before = names.join();
        if (Date.now() - since > 2000) return hosts.find(({ name }) => name === names[0])!;
        if (Date.now() > deadline) throw new UserError(`The lab is not healthy: VIP held by ${before || "nobody"}. Look with: npm run lab:status`);
        await sleep(200);
    }
}

async function onHost(instance: LabInstance, host: LabHost, command: string): Promise<string> {
    const own = host.addresses[0] ?? "";
    return (await promisify(execFile)("ssh", [...sshArguments(instance, own), command], { timeout: 20_000 })).stdout;
}
