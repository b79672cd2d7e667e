/** Whether the set-up is healthy: nothing is broken on purpose where something is broken already. */
import type { Deployment } from "../../components/inspection/expectation";
import { evaluate, reportsOf } from "../../components/inspection/evaluate";
import { inspectHosts, type InspectionResult } from "../../components/inspection/inspector";
import { hostsHolding } from "../../components/inspection/vipRules";

export interface Health {
    /** Why no fault may be injected; empty when all is healthy. */
    problems: string[];
    /** What is worth a word, and no reason to refuse. */
    warnings: string[];
    /** The host that holds the VIP; absent unless there is exactly one. */
    master?: string;
}

export async function health(deployment: Deployment, privateKey: string): Promise<Health> {
    return healthOf(deployment, await inspectHosts(deployment, privateKey));
}

/** Pure. An API server that is away is no reason to fail a deployment, but one to leave the others alone. */
export function healthOf(deployment: Deployment, results: InspectionResult[]): Health {
    const failed = evaluate(deployment, results).checks.filter(({ passed }) => !passed);
    const grave = failed.filter(({ warning, name }) => !warning || name === "apiServers");
    const alone =
        deployment.hosts.length < 2
            ? [`only one host (${deployment.hosts[0]?.name ?? "none"}) is configured, so a failover is impossible`]
            : [];
    const announced =
        deployment.inspection.bgp === undefined
            ? []
            : ["the drill measures how VRRP moves a VIP, and all hosts announce this one by BGP (docs/bgp.md)"];
    const holding = hostsHolding(reportsOf(results), deployment.inspection.vips[0]!);
    return {
        problems: [...alone, ...announced, ...grave.flatMap(({ problems }) => problems)],
        warnings: failed.filter((check) => !grave.includes(check)).flatMap(({ problems }) => problems),
        ...(holding.length === 1 ? { master: holding[0]!.host } : {}),
    };
}
