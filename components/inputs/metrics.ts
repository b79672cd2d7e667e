import type * as pulumi from "@pulumi/pulumi";
import { boolean, choice, list, parsed, port } from "../spec/kinds";
import type { SpecOf } from "../spec/types";

/** Where a proxy tells its own numbers. */
export const MetricsListenOn = {
    /** Nowhere. */
    None: "none",
    /** 127.0.0.1, for a program on the host. */
    Loopback: "loopback",
    /** The host's own address. */
    Host: "host",
} as const;
/** Where a proxy tells its own numbers. */
export type MetricsListenOn = (typeof MetricsListenOn)[keyof typeof MetricsListenOn];

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
    /**
     * Where the proxy tells its own numbers, by HTTP: none, loopback (127.0.0.1) or host (the host's `address`, and no
     * other one). HAProxy has them for Prometheus at /metrics, nginx at /stub_status for prometheus-nginx-exporter.
     * Default: none.
     */
    proxyListenOn?: pulumi.Input<MetricsListenOn>;
    /** Port where it does so. Default: 8405. */
    proxyPort?: pulumi.Input<number>;
    /**
     * The networks and addresses that may ask for metrics: 10.30.5.0/24, 2001:db8::7. The proxy refuses all others,
     * and with firewall: true Proxmox lets these in, also to port 9100. Default: everywhere, and with firewall: true
     * nobody.
     */
    allowedClients?: pulumi.Input<pulumi.Input<string>[]>;
}

/** Limits and defaults of MetricsArgs. */
export const metricsSpec = {
    enabled: boolean({ default: false }),
    proxyListenOn: choice(MetricsListenOn, {
        default: "none",
        also: "another one than none only with metrics.enabled",
    }),
    proxyPort: port({ default: 8405, also: "not a listener's, the SSH server's, 6441, 6442 or 9100" }),
    allowedClients: list(parsed("an IP network or address"), {
        absent: "everywhere, and with firewall: true nobody",
        also: "only with proxyListenOn host, or firewall: true",
    }),
} satisfies SpecOf<MetricsArgs>;
