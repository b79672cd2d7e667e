/** What a load balancer in the way costs: the benchmarks, their tables and pictures. */
import { ratios, type Spread, spread } from "../../../shared/report/statistics";
import { markdownTable } from "../../../shared/report/table";
import { benchmark, repeated } from "../benchmark";
import { barChart } from "../plots";
import { type CandidateResult, measureCandidates, measureWatches, measureWays, type WayResult } from "./measure";
import type { Watches } from "./watches";

export const dataPath = benchmark({
    title: "connections, requests and latency through nginx and HAProxy against direct",
    options: repeated(5),
    measure: (instance, { runs }) => measureWays(instance, runs),
    table: wayTable,
    plots: dataPathPlots,
});

export const settings = benchmark({
    title: "settings of nginx and HAProxy, each on and off",
    options: repeated(5),
    measure: (instance, { runs }) => measureCandidates(instance, runs),
    table: candidateTable,
});

export const watches = benchmark({
    title: "20,000 idle watches held at once",
    options: repeated(1),
    measure: (instance, { runs }) => measureWatches(instance, runs),
    table: watchTable,
    plots: watchPlots,
});

const whole = (value: number): string => value.toFixed(0);
const two = (value: number): string => value.toFixed(2);
const range = ({ min, max }: Spread, digits: (value: number) => string): string => `${digits(min)} - ${digits(max)}`;
const withRange = (values: number[], digits: (value: number) => string): string =>
    `${digits(spread(values).median)} (${range(spread(values), digits)})`;

/** Medians with minimum and maximum; ratios run by run against direct. */
function wayTable(results: WayResult[]): string {
    const [direct] = results;
    return markdownTable(
        [
            "",
            "new TLS connections/s",
            "of direct",
            "requests/s, kept",
            "of direct",
            "added median, ms",
            "added p99, ms",
        ],
        results.map(({ way, newConnections, keptConnections, latency }) => [
            way,
            withRange(newConnections, whole),
            withRange(ratios(newConnections, direct!.newConnections), two),
            withRange(keptConnections, whole),
            withRange(ratios(keptConnections, direct!.keptConnections), two),
            withRange(
                latency.map(({ median }, run) => median - direct!.latency[run]!.median),
                two,
            ),
            withRange(
                latency.map(({ p99 }, run) => p99 - direct!.latency[run]!.p99),
                two,
            ),
        ]),
    );
}

function candidateTable(results: CandidateResult[]): string {
    return markdownTable(
        ["proxy", "setting", "load", "without, a second", "with, a second", "with / without"],
        results.map(({ proxy, setting, load, off, on }) => [
            proxy,
            `\`${setting}\``,
            load === "newConnections" ? "new TLS connections" : "requests, kept connections",
            whole(spread(off).median),
            whole(spread(on).median),
            withRange(ratios(on, off), two),
        ]),
    );
}

function watchTable(results: Watches[]): string {
    return markdownTable(
        [
            "proxy",
            "setting",
            "held",
            "opened in",
            "after 60 s",
            "after a reload",
            "proxy's memory: idle, held, reloaded",
            "for each watch",
            "files of one process",
        ],
        results.map(({ proxy, setting, asked, held, opening, afterMinute, afterReload, memory, perWatch, files }) => [
            proxy,
            setting,
            `${held} of ${asked}`,
            `${(opening / 1000).toFixed(1)} s`,
            afterMinute,
            afterReload,
            `${whole(memory.idle)}, ${whole(memory.held)}, ${whole(memory.reloaded)} MiB`,
            `${(perWatch / 1024).toFixed(1)} KiB`,
            `${files.used} of ${files.allowed}`,
        ]),
    );
}

function dataPathPlots(results: WayResult[]): Record<string, string> {
    const direct = results[0]!;
    const through = results.slice(1);
    const groups = (of: (result: WayResult) => number[]) =>
        through.map((result) => ({ name: result.way, values: of(result) }));
    return {
        "data-path-throughput": barChart({
            title: "Throughput through a load balancer, as a share of direct",
            unit: "share of direct (1 = as fast); dots are single runs",
            goal: { value: 1, name: "direct" },
            groups: [
                {
                    name: "New TLS connections",
                    bars: groups(({ newConnections }) => ratios(newConnections, direct.newConnections)),
                },
                {
                    name: "Requests on kept connections",
                    bars: groups(({ keptConnections }) => ratios(keptConnections, direct.keptConnections)),
                },
            ],
        }),
        "data-path-latency": barChart({
            title: "Latency at 400 requests a second",
            unit: "milliseconds; dots are single runs",
            groups: [
                {
                    name: "Median",
                    bars: results.map(({ way, latency }) => ({
                        name: way,
                        values: latency.map(({ median }) => median),
                    })),
                },
                {
                    name: "99th percentile",
                    bars: results.map(({ way, latency }) => ({ name: way, values: latency.map(({ p99 }) => p99) })),
                },
            ],
        }),
    };
}

function watchPlots(results: Watches[]): Record<string, string> {
    return {
        watches: barChart({
            title: "Idle watches held, of 20,000 asked for",
            unit: "watches",
            groups: results.map(({ proxy, setting, held, afterMinute, afterReload }) => ({
                name: `${proxy}, ${setting}`,
                bars: [
                    { name: "open", values: [held] },
                    { name: "after 60 s", values: [afterMinute] },
                    { name: "after a reload", values: [afterReload] },
                ],
            })),
        }),
    };
}
