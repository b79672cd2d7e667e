import { barChart } from "../plots/barChart";
import { ratios } from "../../../shared/report/statistics";
import type { WayResult } from ".";
import type { Watches } from "./watches";

export function dataPathPlots(results: WayResult[]): Record<string, string> {
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

export function watchPlots(results: Watches[]): Record<string, string> {
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
