import type * as pulumi from "@pulumi/pulumi";

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

/** VRRP: which host holds the VIP, and how fast another one takes it. */
export interface VrrpArgs {
    /** Virtual router id, 1 to 255, unique on the network. Default: the last octet of the VIP. */
    routerId?: pulumi.Input<number>;
    /** Seconds between advertisements, 0.05 to 40; whole seconds with version 2. A dead holder is noticed after a little more than three of them. Default: 0.1, with version 2 1. */
    advertisementInterval?: pulumi.Input<number>;
    /** Give the VIP back to the host with the higher priority when it returns, at the cost of one more move. Default: false. */
    preempt?: pulumi.Input<boolean>;
    /** Seconds between repeated gratuitous ARP announcements of the holder, so that no switch or neighbour stays wrong. 0: never. Default: 10. */
    gratuitousArpRefresh?: pulumi.Input<number>;
    /** Version of the protocol: 2 or 3. Default: 3. */
    version?: pulumi.Input<number>;
    /** unicast or multicast. Default: unicast. */
    transport?: pulumi.Input<VrrpTransport>;
    /** none or password (version 2 only). Default: none. */
    authentication?: VrrpAuthentication;
    /** The password, 1 to 8 letters, digits and . _ + -. Treated as a secret. Default: 8 random letters and digits, made once and kept. */
    password?: pulumi.Input<string>;
    /** Let keepalived know at once, without polling, when systemd sees the proxy end: the host then gives the VIP up within milliseconds. Default: true. */
    followProxy?: pulumi.Input<boolean>;
    /** Check of the proxy that keepalived repeats. */
    check?: CheckArgs;
    /** Linux user, there already or coming with a package, that runs the check: root, nginx, www-data, ... Default: root. */
    scriptUser?: pulumi.Input<string>;
}

/** What keepalived checks. */
export const CheckKind = {
    /** The proxy's workers answer with the configuration they run; notices a hung proxy too. */
    Answer: "answer",
    /** A process of the proxy exists. */
    Process: "process",
    /** The Kubernetes API answers through this host's proxy and, on the holder, through the VIP. */
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
     * Added to the priority while the check passes (above 0) or fails (below 0); 0 makes the host unfit to hold the VIP while it fails, which
     * moves it faster. Anything but 0 needs preempt. Default: 0; api -2.
     */
    weight?: pulumi.Input<number>;
    /** Failed checks in a row that count. Default: answer 2; process 1; api 10. */
    fall?: pulumi.Input<number>;
    /** Passed checks in a row that count. Default: 1; api 2. */
    rise?: pulumi.Input<number>;
}
