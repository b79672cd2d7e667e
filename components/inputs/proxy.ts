import type * as pulumi from "@pulumi/pulumi";
import { choice, group, integer, list, parsed, port, seconds, text } from "../spec/kinds";
import { SERVICE_NAME } from "../spec/patterns";
import type { SpecOf } from "../spec/types";

/** The proxy on the load-balancer hosts. */
export const ProxyEngine = {
    /** Layer 4 and 7; a watcher beside it asks the API servers whether they are ready. */
    Nginx: "nginx",
    /** Layer 4; asks each API server for its health. */
    Haproxy: "haproxy",
} as const;
/** The proxy on the load-balancer hosts. */
export type ProxyEngine = (typeof ProxyEngine)[keyof typeof ProxyEngine];

/** Addresses the proxy listens on. */
export const ListenOn = {
    /** Every address of the host, in the families of the VIPs. */
    All: "all",
    /** The VIP only. */
    Vip: "vip",
} as const;
/** Addresses the proxy listens on. */
export type ListenOn = (typeof ListenOn)[keyof typeof ListenOn];

/** How a backend is chosen for a new connection. */
export const BalancingMethod = {
    /** The one with the fewest connections: watches last for minutes, so this evens out what they leave uneven. */
    LeastConnections: "leastConnections",
    /** Each in turn. */
    RoundRobin: "roundRobin",
} as const;
/** How a backend is chosen for a new connection. */
export type BalancingMethod = (typeof BalancingMethod)[keyof typeof BalancingMethod];

/** How connections are spread over backends, and when one of those is ejected. */
export interface BalancingArgs {
    /** leastConnections or roundRobin. Default: leastConnections. */
    method?: pulumi.Input<BalancingMethod>;
    /**
     * Failed attempts to connect within failTimeout after which nginx itself leaves a backend out, whatever the health
     * checks say: a lost packet is such an attempt. 0: never, and a backend that failed is tried once more when the
     * others have failed too. nginx only. Default: 0.
     */
    maxFails?: pulumi.Input<number>;
    /**
     * Seconds in which failures are counted, and for which a backend is then ejected; of effect where maxFails is
     * above 0. nginx only. Default: 5.
     */
    failTimeout?: pulumi.Input<number>;
    /**
     * Seconds to wait for a backend to accept a connection, and at layer 7 to agree on TLS, before the next one is
     * tried. Default: 0.4; for the API at layer 7: 1; with HAProxy: 0.2.
     */
    connectTimeout?: pulumi.Input<number>;
    /**
     * Seconds a connection may be silent before it is closed. Watches are silent for minutes. Default: 3600; with UDP
     * 60.
     */
    idleTimeout?: pulumi.Input<number>;
    /** Health checks of the backends. Not with UDP. */
    healthCheck?: HealthCheckArgs;
}

/** Health checks, which each host makes: of the API servers by HTTPS, of other backends by connecting. */
export interface HealthCheckArgs {
    /**
     * Path asked for on API servers: /readyz, or /healthz of old ones. Any answer below 500 is healthy: k3s and RKE2
     * answer 401 to those who do not say who they are. Not for further listeners. Default: /readyz.
     */
    path?: pulumi.Input<string>;
    /** Seconds between checks. Default: 0.5. */
    interval?: pulumi.Input<number>;
    /**
     * Seconds after which a check without an answer has failed; with nginx a backend is asked up to three times within
     * them. Default: 0.75.
     */
    timeout?: pulumi.Input<number>;
    /** Failed checks in a row after which a backend is ejected. Default: 2. */
    fall?: pulumi.Input<number>;
    /** Passed checks in a row after which it is used again. Default: 2. */
    rise?: pulumi.Input<number>;
}

/** Limits and defaults of HealthCheckArgs. */
export const healthCheckSpec = {
    path: text(/^\/[A-Za-z0-9/._~?&=-]{0,999}$/, "a path such as /readyz, of at most 1000 characters", {
        default: "/readyz",
    }),
    interval: seconds(0.1, 3600, { default: 0.5 }),
    timeout: seconds(0.1, 60, { default: 0.75 }),
    fall: integer(1, 100, { default: 2 }),
    rise: integer(1, 100, { default: 2 }),
} satisfies SpecOf<HealthCheckArgs>;

/** Limits and defaults of BalancingArgs. */
export const balancingSpec = {
    method: choice(BalancingMethod, { default: "leastConnections" }),
    maxFails: integer(0, 1000, { default: 0, also: "engine nginx", see: "decisions/0023-lost-packets.md" }),
    failTimeout: integer(1, 3600, { default: 5, unit: "seconds", also: "engine nginx" }),
    connectTimeout: seconds(0.05, 60, { derived: "0.4; for the API at layer 7: 1; with HAProxy: 0.2" }),
    idleTimeout: seconds(60, 604800, { derived: "3600; with UDP 60" }),
    healthCheck: group(healthCheckSpec),
} satisfies SpecOf<BalancingArgs>;

/** Transport protocol of a listener. */
export const ListenerProtocol = {
    /** Connections. */
    Tcp: "tcp",
    /** Datagrams. nginx only. */
    Udp: "udp",
} as const;
/** Transport protocol of a listener. */
export type ListenerProtocol = (typeof ListenerProtocol)[keyof typeof ListenerProtocol];

/** A further service behind the VIP, proxied at layer 4: etcd, an ingress, the supervisor port of RKE2, ... */
export interface ListenerArgs {
    /** Name of the listener, part of the names of its logs: lower-case letters, digits and hyphens. */
    name: pulumi.Input<string>;
    /** Port clients use on the VIP. */
    port: pulumi.Input<number>;
    /** tcp or udp. Default: tcp. */
    protocol?: pulumi.Input<ListenerProtocol>;
    /**
     * IP addresses, each with a port of its own if it differs from backendPort: 10.30.100.51, 10.30.100.52:6001,
     * [2001:db8::51]:6001.
     */
    backends: pulumi.Input<pulumi.Input<string>[]>;
    /** Port of the backends that do not name their own. Default: the listener's port. */
    backendPort?: pulumi.Input<number>;
    /**
     * Name of the one VIP that the listener is at: one of vips, or kube-api for vip. With listenOn: vip only. Default:
     * all VIPs.
     */
    vip?: pulumi.Input<string>;
    /** How connections are spread over the backends. */
    balancing?: BalancingArgs;
}

/** Limits and defaults of ListenerArgs. */
export const listenerSpec = {
    name: text(SERVICE_NAME, "a name of lower-case letters, digits and hyphens, such as etcd", { also: "distinct" }),
    port: port({ also: "not 6441 or 6442, with TCP not ssh.port; distinct for each protocol at each VIP" }),
    protocol: choice(ListenerProtocol, { default: "tcp" }),
    backends: list(parsed("an IP address, with a port if it has its own"), {
        also: "at least one; distinct; not the VIP, nor an edge of its network; of a family that the hosts have",
    }),
    backendPort: port({ derived: "the listener's port" }),
    vip: text(SERVICE_NAME, "the name of a VIP, such as ingress", {
        absent: "all VIPs",
        also: "one of vips, or kube-api; with listenOn: vip only",
    }),
    balancing: group(balancingSpec),
} satisfies SpecOf<ListenerArgs>;
