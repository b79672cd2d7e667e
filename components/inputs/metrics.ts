import type * as pulumi from "@pulumi/pulumi";
import { boolean } from "../spec/kinds";
import type { SpecOf } from "../spec/types";

/**
 * Metrics for Prometheus. The watcher of each host writes /var/lib/prometheus/node-exporter/ha-api.prom, which Debian's
 * prometheus-node-exporter shows with its own.
 */
export interface MetricsArgs {
    /**
     * Install prometheus-node-exporter, and write metrics of VRRP, the proxy and the API servers for it. As packaged,
     * it listens on port 9100 of all addresses of the host. Default: false.
     */
    enabled?: pulumi.Input<boolean>;
}

/** Limits and defaults of MetricsArgs. */
export const metricsSpec = { enabled: boolean({ default: false }) } satisfies SpecOf<MetricsArgs>;
