/** The benchmarks, by name. Each has a folder, some folders have more than one. */
import type { AnyBenchmark } from "./benchmark";
import { bgp } from "./bgp";
import { bootstrap } from "./bootstrap";
import { dataPath, settings, watches } from "./dataPath";
import { changes, deployment } from "./deployment";
import { failover } from "./failover";
import { falseFailover } from "./falseFailover";
import { kubeVip } from "./kubeVip";
import { kubeVipBgp } from "./kubeVipBgp";
import { plannedChanges } from "./plannedChanges";
import { releases } from "./releases";
import { hosts, services } from "./scaling";
import { soak } from "./soak";
import { vips } from "./vips";

export const BENCHMARKS: Record<string, AnyBenchmark> = {
    failover,
    "false-failover": falseFailover,
    "kube-vip": kubeVip,
    "kube-vip-bgp": kubeVipBgp,
    bgp,
    deployment,
    changes,
    hosts,
    services,
    dataPath,
    settings,
    watches,
    bootstrap,
    plannedChanges,
    releases,
    vips,
    soak,
};

/** Names that were used before. */
const FORMER_NAMES: Record<string, string> = { deploy: "deployment", setUp: "bootstrap", unnoticed: "plannedChanges" };

/** Undefined where there is none of that name. */
export function benchmarkOf(name: string): [name: string, benchmark: AnyBenchmark] | undefined {
    const current = Object.hasOwn(FORMER_NAMES, name) ? FORMER_NAMES[name]! : name;
    return Object.hasOwn(BENCHMARKS, current) ? [current, BENCHMARKS[current]!] : undefined;
}
