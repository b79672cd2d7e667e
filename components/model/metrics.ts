/** Metrics for Prometheus: where the proxy tells its own, and who may ask. */
import { metricsSpec } from "../inputs/metrics";
import type { Problems } from "../spec/problems";
import { resolveGroup } from "../spec/resolve";
import { networksOf } from "./clients";
import type { Inputs } from "./inputs";
import type { EndpointModel, HostModel, MetricsModel, Model } from "./model";

export function resolveMetrics(problems: Problems, given: Inputs["metrics"]): MetricsModel {
    const { allowedClients, ...metrics } = resolveGroup(problems, "metrics", metricsSpec, given);
    if (allowedClients === undefined) return metrics;
    return { ...metrics, allowedClients: networksOf(problems, "metrics.allowedClients", allowedClients) };
}

/** Whether the proxy's configuration differs from host to host: where each has its own address in it. */
export const proxyDiffers = ({ metrics }: Pick<Model, "metrics">): boolean => metrics.proxyListenOn === "host";

/** Where the proxy of a host tells its own numbers; undefined where it does not. */
export function proxyMetrics({ metrics }: Pick<Model, "metrics">, host: HostModel): EndpointModel | undefined {
    if (metrics.proxyListenOn === "none") return undefined;
    const address = metrics.proxyListenOn === "loopback" ? "127.0.0.1" : host.address;
    return { address, port: metrics.proxyPort };
}
