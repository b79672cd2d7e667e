import type * as pulumi from "@pulumi/pulumi";
import { boolean, choice, group, hundredths, integer, plain, seconds, secret, text } from "../spec/kinds";
import { LINUX_USER } from "../spec/patterns";
import { wrongPassword } from "../spec/secretForms";
import type { SpecOf } from "../spec/types";

/** A state of a VRRP router. */
export const VrrpState = {
    /** Waits for advertisements before it takes the VIP. */
    Backup: "backup",
    /** Takes the VIP at once. */
    Master: "master",
} as const;
/** A state of a VRRP router. */
export type VrrpState = (typeof VrrpState)[keyof typeof VrrpState];

/** How advertisements travel. */
export const VrrpTransport = {
    /** From host to host; only the other hosts' addresses are accepted. */
    Unicast: "unicast",
    /** To 224.0.0.18; the network must carry multicast. */
    Multicast: "multicast",
} as const;
/** How advertisements travel. */
export type VrrpTransport = (typeof VrrpTransport)[keyof typeof VrrpTransport];

/** Protection of advertisements. */
export const VrrpAuthentication = {
    /** None. */
    None: "none",
    /** A password in clear text, at most 8 characters; only in VRRP version 2. */
    Password: "password",
} as const;
/** Protection of advertisements. */
export type VrrpAuthentication = (typeof VrrpAuthentication)[keyof typeof VrrpAuthentication];

/**
 * How fast a dead master is noticed, against how easily a slow one is taken for dead. docs/benchmarks.md has the
 * measured trade-off.
 */
export const VrrpProfile = {
    /**
     * An advertisement every 0.05 s: takes over 0.16 s after the last one. For hosts that always get their processor
     * time.
     */
    Fast: "fast",
    /** Every 0.1 s: 0.31 s. */
    Balanced: "balanced",
    /** Every 0.3 s: 0.92 s. For crowded nodes, live migrations and backups that freeze a VM for part of a second. */
    Tolerant: "tolerant",
} as const;
/** How fast a dead master is noticed, against how easily a slow one is taken for dead. */
export type VrrpProfile = (typeof VrrpProfile)[keyof typeof VrrpProfile];

/** What becomes of connections when the VIP moves from a host that still runs. */
export const Switchover = {
    /**
     * Those under way are served to their end by the host that has them, up to a second; then their clients are made to
     * reconnect.
     */
    Graceful: "graceful",
    /** They break off. Needs nothing from the kernel but VRRP. */
    Immediate: "immediate",
} as const;
/** What becomes of connections when the VIP moves from a host that still runs. */
export type Switchover = (typeof Switchover)[keyof typeof Switchover];

/** VRRP: which host holds the VIP, and how fast another one takes it. */
export interface VrrpArgs {
    /** Virtual router id, 1 to 255, unique on the network. Default: the last octet of the VIP, 255 for 0. */
    routerId?: pulumi.Input<number>;
    /**
     * fast, balanced or tolerant: the time between advertisements, unless advertisementInterval gives it. Version 3
     * only. Default: balanced.
     */
    profile?: pulumi.Input<VrrpProfile>;
    /**
     * Seconds between advertisements, 0.05 to 40; whole seconds with version 2. A dead master is noticed after a little
     * more than three of them. Default: the profile's; with version 2 1.
     */
    advertisementInterval?: pulumi.Input<number>;
    /**
     * Give the VIP back to the host with the higher priority when it returns, at the cost of one more move. Default:
     * false.
     */
    preempt?: pulumi.Input<boolean>;
    /**
     * Seconds, 0 to 1000, that a host which returns is healthy before it takes the VIP back. Only with preempt; a host
     * that starts as master, and the owner of the address, do not wait. Default: 0.
     */
    preemptDelay?: pulumi.Input<number>;
    /**
     * Seconds between repeated gratuitous ARP announcements of the master, so that no switch or neighbour stays wrong.
     * 0: never. Default: 10.
     */
    gratuitousArpRefresh?: pulumi.Input<number>;
    /** Version of the protocol: 2 or 3. Default: 3. */
    version?: pulumi.Input<number>;
    /** unicast or multicast. Default: unicast. */
    transport?: pulumi.Input<VrrpTransport>;
    /** none or password (version 2 only). Default: none. */
    authentication?: VrrpAuthentication;
    /**
     * The password, 1 to 8 letters, digits and . _ + -. Treated as a secret. Default: 8 random letters and digits, made
     * once and kept.
     */
    password?: pulumi.Input<string>;
    /**
     * Let keepalived know at once, without polling, when systemd sees the proxy end, and when the watcher sees it hang:
     * the host then gives the VIP up within milliseconds. Without it the check below is all there is, and the proxy's
     * restart and switchover move no VIP. Default: true.
     */
    trackProxy?: pulumi.Input<boolean>;
    /**
     * graceful or immediate: what becomes of connections when the VIP moves from a host that still runs. graceful uses
     * nftables and answers ARP for addresses of the asked interface only (arp_ignore 1) on the hosts; an IP filter of
     * Proxmox that drops what one host forwards for another leaves it no better than immediate. Default: graceful.
     */
    switchover?: pulumi.Input<Switchover>;
    /** Check of the proxy that keepalived repeats. */
    check?: CheckArgs;
    /**
     * Linux user, there already or coming with a package, that runs the check: root, nginx, www-data, ... Default:
     * root.
     */
    scriptUser?: pulumi.Input<string>;
}

/** What keepalived checks. */
export const CheckKind = {
    /** The proxy's workers answer with the configuration they run; notices a hung proxy too. */
    Answer: "answer",
    /** A process of the proxy exists. */
    Process: "process",
    /** The Kubernetes API answers through this host's proxy and, on the master, through the VIP. */
    Api: "api",
} as const;
/** What keepalived checks. */
export type CheckKind = (typeof CheckKind)[keyof typeof CheckKind];

/** A check keepalived repeats on each host. */
export interface CheckArgs {
    /** answer, process or api. Default: answer. */
    kind?: pulumi.Input<CheckKind>;
    /** Whole seconds between checks. Default: 1; process 2; api 3. */
    interval?: pulumi.Input<number>;
    /** Whole seconds after which a check has failed. Default: 1; api 3. */
    timeout?: pulumi.Input<number>;
    /**
     * Added to the priority while the check passes (above 0) or fails (below 0); 0 makes the host unfit to hold the VIP
     * while it fails, which moves it faster. Anything but 0 needs preempt. Default: 0; api with preempt -2.
     */
    weight?: pulumi.Input<number>;
    /** Failed checks in a row that count. Default: answer 2; process 1; api 10. */
    fall?: pulumi.Input<number>;
    /** Passed checks in a row that count. Default: 1; api 2. */
    rise?: pulumi.Input<number>;
}

/** Limits and defaults of CheckArgs. keepalived 2.2 takes whole seconds only, and weights from -253 to 253. */
export const checkSpec = {
    kind: choice(CheckKind, { default: "answer", also: "with listenOn: vip not api" }),
    interval: integer(1, 3600, { derived: "1; process 2; api 3", unit: "seconds" }),
    timeout: integer(1, 3600, { derived: "1; api 3", unit: "seconds" }),
    weight: integer(-253, 253, { derived: "0; api with preempt -2", also: "other than 0 only with vrrp.preempt" }),
    fall: integer(1, 100, { derived: "answer 2; process 1; api 10" }),
    rise: integer(1, 100, { derived: "1; api 2" }),
} satisfies SpecOf<CheckArgs>;

/**
 * Limits and defaults of VrrpArgs. Version 3's unit is the centisecond and keepalived takes no less; below 0.05 s any
 * hiccup of a VM is a failover.
 */
export const vrrpSpec = {
    routerId: integer(1, 255, { derived: "the last octet of the VIP, 255 for 0" }),
    profile: choice(VrrpProfile, { derived: "balanced", also: "version 3", see: "benchmarks.md#false-failovers" }),
    advertisementInterval: hundredths(0.05, 40, {
        derived: "the profile's; with version 2 1",
        also: "whole seconds with version 2",
    }),
    preempt: boolean({ default: false }),
    preemptDelay: seconds(0, 1000, { default: 0, also: "other than 0 only with preempt" }),
    gratuitousArpRefresh: integer(0, 86400, { default: 10, unit: "seconds" }),
    version: integer(2, 3, { default: 3 }),
    transport: choice(VrrpTransport, { default: "unicast" }),
    authentication: plain(choice(VrrpAuthentication, { default: "none" })),
    password: secret("1 to 8 letters, digits and . _ + -", wrongPassword, {
        absent: "8 random letters and digits, made once and kept",
    }),
    trackProxy: boolean({ default: true }),
    switchover: choice(Switchover, { default: "graceful", see: "decisions/0015-gentle-hand-over.md" }),
    check: group(checkSpec),
    scriptUser: text(LINUX_USER, "a Linux user name", { default: "root" }),
} satisfies SpecOf<VrrpArgs>;
