/**
 * This project's defaults and kube-vip with two sets of times, in front of the same three real kube-apiservers, under
 * the same events, in turn.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { duration, part, say } from "../../../tools/progress";
import type { LabInstance } from "../../lab/instance";
import { startCluster, stopCluster } from "../../lab/kubernetes/cluster";
import { lastRun, rounds } from "../benchmark";
import { pairsUp } from "../failover/machines";
import { observe } from "../failover/observe";
import { type Comparison, newComparison } from "../failover/results";
import { chosenSetUps, pairOf } from "../failover/setups";
import { atRest, type Contender, type EventName, EVENTS, kubeVipContender, thisProject } from "./contenders";
import { type Arp, type KubeVip, startKubeVip, stopKubeVip, versionOf } from "./kubeVip";

/** The program's own defaults, and the times that its documents and installers give. */
const LEASES: Omit<KubeVip<Arp>, "vip">[] = [
    { name: "kube-vip-defaults", mode: { arp: { duration: 15, renewDeadline: 10, retry: 2 } }, metricsPort: 2112 },
    { name: "kube-vip-short", mode: { arp: { duration: 5, renewDeadline: 3, retry: 1 } }, metricsPort: 2113 },
];

/** Milliseconds. A lease of 15 s is over by then, and asked for. */
const LIMIT_MS = 40_000;
/** That a node is back, its API server works again and every lease has been renewed takes so long. */
const REST_MS = 3000;
const REST_TIMEOUT_MS = 90_000;

export async function compareWithKubeVip(
    instance: LabInstance,
    { runs, binary }: { runs: number; binary: string },
    save: (soFar: Comparison) => Promise<void>,
    earlier?: Comparison,
): Promise<Comparison> {
    const version = await versionOf(binary);
    const [setUp] = chosenSetUps(["ours-balanced"]);
    const pair = pairOf(instance, setUp!);
    // Further VIPs of the lab's certificates.
    const kubeVips = LEASES.map((each, index) => ({ ...each, vip: instance.vips.at(-1 - index)! }));
    await startCluster(instance, { listenOn: "all" });
    try {
        await pairsUp(instance, [pair]);
        await part("kube-vip", async () => {
            for (const each of kubeVips) await startKubeVip(instance, binary, each);
        });
        const contenders = [
            thisProject(instance, pair),
            ...kubeVips.map((each) => kubeVipContender(instance, each, version)),
        ];
        return await measureAll(instance, contenders, runs, save, earlier);
    } finally {
        for (const each of kubeVips) await stopKubeVip(instance, each);
        await stopCluster(instance);
    }
}

async function measureAll(
    instance: LabInstance,
    contenders: Contender[],
    runs: number,
    save: (soFar: Comparison) => Promise<void>,
    earlier?: Comparison,
): Promise<Comparison> {
    const before = lastRun(earlier?.results);
    const comparison = newComparison({
        runs: before + runs,
        limits: Object.fromEntries(EVENTS.map((event) => [event, LIMIT_MS])),
        setUps: contenders.map(({ facts }) => facts),
    });
    comparison.results.push(...(earlier?.results ?? []));
    comparison.missed.push(...(earlier?.missed ?? []));
    const began = Date.now() - (earlier?.tookMs ?? 0);
    for (const run of rounds(runs, before)) {
        for (const event of EVENTS)
            for (const contender of contenders) {
                const reason = await once(instance, contenders, contender, event, run, comparison);
                if (reason !== undefined) {
                    say(`  ${run} ${contender.facts.name} ${event}: not measured: ${reason}`);
                    comparison.missed.push({ run, setUp: contender.facts.name, event, reason });
                }
                comparison.tookMs = Date.now() - began;
                await save(comparison);
            }
        say(`  run ${run} of ${before + runs} done, ${duration(comparison.tookMs)} so far`);
    }
    return comparison;
}

/** Adds the figures to the comparison, or returns why there are none. */
async function once(
    instance: LabInstance,
    contenders: Contender[],
    contender: Contender,
    event: EventName,
    run: number,
    { results }: Comparison,
): Promise<string | undefined> {
    try {
        // What was done to one of them, such as a node that was cut off, was done to what the others stand on.
        const masters = await Promise.all(contenders.map((each) => atRest(each, REST_MS, REST_TIMEOUT_MS)));
        const master = masters[contenders.indexOf(contender)]!;
        const course = await contender.prepare(event, master);
        try {
            const [figures] = await observe(instance, {
                vips: [contender.vip],
                course,
                control: contender.control(master),
                limitMs: LIMIT_MS,
            });
            for (const each of figures!) {
                say(
                    `  ${run} ${contender.facts.name} ${each.measure}: gap ${each.gapMs.toFixed(0)} ms, ${each.failed} ` +
                        `failed of ${each.requests}${each.disturbed ? ", disturbed" : ""}`,
                );
                results.push({ run, setUp: contender.facts.name, event, host: 1, ...each });
            }
            return undefined;
        } finally {
            await course.restore();
            await sleep(REST_MS);
        }
    } catch (error) {
        return error instanceof Error ? error.message : String(error);
    }
}
