import type * as pulumi from "@pulumi/pulumi";
import { boolean, group, hundredths, integer, list, parsed, secret } from "../spec/kinds";
import { wrongBgpPassword } from "../spec/secretForms";
import type { SpecOf } from "../spec/types";

/** How clients find the hosts. */
export const Announcement = {
    /** One host at a time holds the VIP, which is in the hosts' own network. */
    Vrrp: "vrrp",
    /** All hosts serve the VIP at once: each announces it to the routers, which spread connections over them. */
    Bgp: "bgp",
} as const;
/** How clients find the hosts. */
export type Announcement = (typeof Announcement)[keyof typeof Announcement];

/** BGP: the routers that every host announces the VIP to. docs/bgp.md has what they need. */
export interface BgpArgs {
    /** Autonomous system of the hosts, 1 to 4294967294; private ones are 64512 to 65534 and 4200000000 and up. */
    localAs: pulumi.Input<number>;
    /** The routers, in the hosts' own network. Every host has a session with each. */
    peers: BgpPeerArgs[];
    /** Prefix length of the hosts' own network. Default: 24, with IPv6 64. */
    prefixLength?: pulumi.Input<number>;
    /** The same of their address6. Default: 64. */
    prefixLength6?: pulumi.Input<number>;
    /** BFD, by which a router notices within a third of a second that a host is dead. */
    bfd?: BfdArgs;
    /**
     * Seconds without a word after which a session is over, 3 to 65535: what notices a dead host without BFD. Each side
     * may ask for less. Default: 9.
     */
    holdTime?: pulumi.Input<number>;
    /**
     * Seconds that the proxy must be healthy before its host announces the VIP: a host that returns takes its part of
     * all connections, and those break. Default: 10.
     */
    returnDelay?: pulumi.Input<number>;
}

/** A router. */
export interface BgpPeerArgs {
    /** Its IP address. The VIP of the same family is announced to it. */
    address: pulumi.Input<string>;
    /** Its autonomous system, 1 to 4294967294. */
    as: pulumi.Input<number>;
    /**
     * Password of the session (TCP MD5), 1 to 80 letters, digits and . _ + -. Treated as a secret. Default: none.
     */
    password?: pulumi.Input<string>;
}

/** Bidirectional Forwarding Detection, on the sessions with all routers. They must have it too. */
export interface BfdArgs {
    /** Use it. Default: true. */
    enabled?: pulumi.Input<boolean>;
    /** Seconds between packets, 0.05 to 10. Default: 0.1. */
    interval?: pulumi.Input<number>;
    /** Packets in a row that may be missing, 2 to 50. Default: 3. */
    multiplier?: pulumi.Input<number>;
}

/** The last of 32 bits is none (RFC 7300). */
const HIGHEST_AS = 4294967294;

/** Limits and defaults of BfdArgs. Below 0.05 s any hiccup of a VM is a dead host. */
export const bfdSpec = {
    enabled: boolean({ default: true }),
    interval: hundredths(0.05, 10, { default: 0.1 }),
    multiplier: integer(2, 50, { default: 3 }),
} satisfies SpecOf<BfdArgs>;

/** Limits and defaults of BgpPeerArgs. */
export const bgpPeerSpec = {
    address: parsed("an IP address in the hosts' network", { also: "distinct; no host's, and not the VIP" }),
    as: integer(1, HIGHEST_AS, { also: "not 23456 or 65535" }),
    password: secret("1 to 80 letters, digits and . _ + -", wrongBgpPassword, { absent: "none" }),
} satisfies SpecOf<BgpPeerArgs>;

/** Limits and defaults of BgpArgs. Three seconds are the least that the protocol knows (RFC 4271, 4.2). */
export const bgpSpec = {
    localAs: integer(1, HIGHEST_AS, { also: "not 23456 or 65535" }),
    peers: list(group(bgpPeerSpec, { required: true }), { also: "1 to 16; one of each VIP's family, and no other" }),
    prefixLength: integer(8, 126, { derived: "24, with IPv6 64", also: "at most 30 with IPv4, at least 32 with IPv6" }),
    prefixLength6: integer(32, 126, { default: 64, also: "with vip6 only" }),
    bfd: group(bfdSpec),
    holdTime: integer(3, 65535, { default: 9, unit: "seconds" }),
    returnDelay: integer(0, 300, { default: 10, unit: "seconds" }),
} satisfies SpecOf<BgpArgs>;
