/**
 * What a load balancer in the way costs: connections and requests a second, latency, and memory for watches, through
 * nginx and HAProxy against direct. Client, proxy and server share this machine's processors, so ratios count and not
 * the figures themselves.
 *
 * Three parts, each short, which set up the same machines.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { LabInstance } from "../../lab/instance";
import { say } from "../../../tools/progress";
import { succeeds, UserError } from "../../../tools/run";
import { rounds } from "../benchmark";
import { spread } from "../../../shared/report/statistics";
import { startBackends, stopBackends } from "./backends";
import { type Candidate, candidates } from "./targets";
import { keptConnections, type Latency, latency, newConnections } from "./load";
import { directUrl, edited, proxies, type Proxy, startProxies, stopProxies, urlOf } from "./targets";
import { holdWatches, type Watches } from "./watches";

/** Direct or through one of the proxies, run by run. */
export interface WayResult {
    way: string;
    newConnections: number[];
    keptConnections: number[];
    latency: Latency[];
}

export interface CandidateResult extends Pick<Candidate, "proxy" | "setting" | "load"> {
    /** A second, run by run, without and with the setting. */
    off: number[];
    on: number[];
}

export async function measureWays(instance: LabInstance, runs: number): Promise<WayResult[]> {
    return withProxies(instance, async (all) => {
        const ways = [
            { way: "direct", url: directUrl(instance) },
            ...all.map(({ name, vip }) => ({ way: name, url: urlOf(vip) })),
        ];
        const results = ways.map(({ way }): WayResult => ({
            way,
            newConnections: [],
            keptConnections: [],
            latency: [],
        }));
        // The first round warms caches and the processes up.
        for (const round of rounds(runs + 1)) {
            const run = round - 1;
            // One kind of load after the other, so that what is compared was measured within seconds.
            const fresh = await inTurn(ways, ({ url }) => newConnections(instance, url));
            const kept = await inTurn(ways, ({ url }) => keptConnections(instance, url));
            const took = await inTurn(ways, ({ url }) => latency(instance, url));
            for (const [index, { way }] of ways.entries()) {
                const { median, p99 } = took[index]!;
                say(
                    `  run ${run}, ${way}: ${fresh[index]!.toFixed(0)} new connections/s, ` +
                        `${kept[index]!.toFixed(0)} requests/s, median ${median.toFixed(2)} ms, p99 ` +
                        `${p99.toFixed(2)} ms`,
                );
                if (run === 0) continue;
                results[index]!.newConnections.push(fresh[index]!);
                results[index]!.keptConnections.push(kept[index]!);
                results[index]!.latency.push(took[index]!);
            }
        }
        return results;
    });
}

async function inTurn<Each, Figure>(all: Each[], measure: (each: Each) => Promise<Figure>): Promise<Figure[]> {
    const figures: Figure[] = [];
    for (const each of all) figures.push(await measure(each));
    return figures;
}

export async function measureCandidates(instance: LabInstance, runs: number): Promise<CandidateResult[]> {
    return withProxies(instance, async (all) => {
        const results = candidates.map(({ proxy, setting, load }): CandidateResult => ({
            proxy,
            setting,
            load,
            off: [],
            on: [],
        }));
        const loads = { newConnections, keptConnections };
        for (const run of rounds(runs)) {
            for (const [index, candidate] of candidates.entries()) {
                const proxy = all.find(({ name }) => name === candidate.proxy)!;
                const measure = (): Promise<number> => loads[candidate.load](instance, urlOf(proxy.vip));
                results[index]!.off.push(await measure());
                const undo = await edited(instance, proxy, candidate.sed, candidate.how);
                try {
                    await sleep(1000);
                    results[index]!.on.push(await measure());
                } finally {
                    await undo();
                }
                await sleep(1000);
                const { off, on } = results[index]!;
                say(
                    `  run ${run}, ${candidate.proxy}, ${candidate.setting}: ${off.at(-1)!.toFixed(0)} -> ` +
                        `${on.at(-1)!.toFixed(0)} a second (median so far ` +
                        `${(spread(on).median / spread(off).median).toFixed(2)})`,
                );
            }
        }
        return results;
    });
}

export async function measureWatches(instance: LabInstance, runs: number): Promise<Watches[]> {
    return withProxies(instance, async (all) => {
        const found: Watches[] = [];
        const [layer4, , haproxy] = all as [Proxy, Proxy, Proxy];
        for (const _run of rounds(runs)) {
            found.push(
                await holdWatches(instance, layer4),
                await holdWatches(
                    instance,
                    layer4,
                    "worker_connections 16384",
                    "s/worker_connections .*/worker_connections 16384;/",
                ),
                await holdWatches(instance, haproxy),
            );
        }
        return found;
    });
}

async function withProxies<T>(instance: LabInstance, work: (all: Proxy[]) => Promise<T>): Promise<T> {
    const missing: string[] = [];
    for (const program of ["wrk", "h2load", "nginx"])
        if (!(await succeeds("sh", ["-c", `command -v ${program}`]))) missing.push(program);
    if (missing.length > 0) {
        throw new UserError(
            `This part needs programs that are not here: ${missing.join(", ")}. On Debian, as root: apt-get ` +
                "install --no-install-recommends wrk nghttp2-client nginx-light",
        );
    }
    const all = proxies(instance);
    try {
        await startBackends(instance);
        await startProxies(instance, all);
        return await work(all);
    } finally {
        await stopProxies(instance, all);
        await stopBackends(instance);
    }
}
