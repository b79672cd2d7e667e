/** All contenders under the same events, in turn, in front of the same stand-ins and behind the same router. */
import { duration, say } from "../../../tools/progress";
import { run as runProgram } from "../../../tools/run";
import { slotVeth } from "../../lab/apiserver/slot";
import type { LabInstance } from "../../lab/instance";
import { ensureKubernetesKeys } from "../../lab/kubernetes/pki";
import { bgpToRouter } from "../../lab/network/router";
import { lastRun, rounds } from "../benchmark";
import { type Losses, lossesDuring } from "../bgp/clients";
import { AnnouncingHosts } from "../bgp/hosts";
import { type BgpTimes, type KubeVip, nodesOf, versionOf } from "../kubeVip/kubeVip";
import { type Contender, type EventName, EVENTS, kubeVipContender, thisProject } from "./contenders";

/**
 * The program's own defaults, with the check that it has none of without being asked; and times as short as ours, as
 * far as it takes them: its check knows whole seconds.
 */
const TIMES: { name: string; title: string; bgp: BgpTimes }[] = [
    {
        name: "kube-vip-defaults",
        title: "defaults, and its check of the API server (15 s)",
        bgp: { hold: 30, keepalive: 10, check: { period: 5, timeout: 3, failures: 3 } },
    },
    {
        name: "kube-vip-short",
        title: "BFD of 0.1 s, and its check of the API server (2 s)",
        bgp: { hold: 9, keepalive: 3, bfd: 0.1, check: { period: 1, timeout: 1, failures: 2 } },
    },
];
const METRICS_PORT = 2112;

export interface Measured extends Losses {
    run: number;
    who: string;
    title: string;
    event: EventName;
    /** Milliseconds from the event until the router used the others alone. */
    noticedMs: number;
}

const HOSTS = 3;
/** Seconds: of a hold time and a check that are over, and of a host that is back. */
const NOTICED = 60;
const BACK = 90;
/** The router's own hold time for the others: each asks for less. */
const ROUTER_HOLD = 90;

export async function measureBoth(
    instance: LabInstance,
    { runs, binary }: { runs: number; binary: string },
    save: (soFar: Measured[]) => Promise<void>,
    earlier: Measured[] = [],
): Promise<Measured[]> {
    const version = await versionOf(binary);
    await ensureKubernetesKeys(instance);
    // A further VIP of the lab's certificates. A router has one session with a node: one of them runs at a time.
    const vip = instance.vips.at(-1)!;
    const nodes = instance.apiServers.map(({ address }) => address);
    const hosts = await AnnouncingHosts.start(instance, HOSTS, [{ vip, hosts: nodes, holdTime: ROUTER_HOLD }]);
    const kubeVips = TIMES.map(({ name, title, bgp }): Contender => {
        const mode = { bgp, router: bgpToRouter(instance) };
        const kubeVip: KubeVip = { name, vip, metricsPort: METRICS_PORT, mode };
        return kubeVipContender(instance, binary, kubeVip, `kube-vip ${version}, ${title}`);
    });
    const contenders = [thisProject(hosts), ...kubeVips];
    const all = [...earlier];
    const before = lastRun(earlier);
    const began = Date.now();
    try {
        for (const node of nodesOf(instance)) await knowsWayBack(hosts, node);
        for (const run of rounds(runs, before)) {
            for (const contender of contenders) {
                const { name: who, title } = contender;
                await contender.begin();
                for (const event of Object.keys(EVENTS) as EventName[]) {
                    const figures = await once(hosts, contender, event);
                    all.push({ run, who, title, event, ...figures });
                    const { reset, silent, watches, failed, requests, gapMs, noticedMs } = figures;
                    say(
                        `  ${run} ${who} ${event}: noticed after ${noticedMs.toFixed(0)} ms; ${reset} of ${watches} ` +
                            `watches reset, ${silent} silent; ${failed} of ${requests} new connections failed, ` +
                            `${gapMs.toFixed(0)} ms without an answer`,
                    );
                    await save(all);
                }
                await contender.end();
            }
            say(`  run ${run} of ${before + runs} done, ${duration(Date.now() - began)} so far`);
        }
        return all;
    } finally {
        for (const each of kubeVips) await each.end();
        await hosts.stop();
    }
}

const knowsWayBack = async (hosts: AnnouncingHosts, node: string): Promise<string> =>
    runProgram("ip", ["netns", "exec", slotVeth(hosts.instance, node).namespace, "sh", "-c", hosts.router.wayBack]);

async function once(
    { router, behindRouter }: AnnouncingHosts,
    { vip, hosts, acts }: Contender,
    event: EventName,
): Promise<Losses & { noticedMs: number }> {
    const { strike, mend } = acts[event];
    const all = (seconds: number): Promise<void> => router.spreads(vip, hosts, seconds);
    await all(BACK);
    let noticedMs = 0;
    const losses = await lossesDuring(
        behindRouter,
        vip,
        async () => {
            const struck = Date.now();
            await strike();
            await router.spreads(vip, hosts.slice(1), NOTICED);
            noticedMs = Date.now() - struck;
            // It comes back by itself, and moves connections once more.
            if (event === "announcer-killed") await all(BACK);
        },
        () => all(0),
    );
    await mend?.();
    await all(BACK);
    return { ...losses, noticedMs };
}
