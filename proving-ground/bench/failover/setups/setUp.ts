/** What is compared: ways to put one address in front of the API servers with two machines. */
import type { LabInstance } from "../../../lab/instance";
import type { Release } from "../../../lab/release";

/** One of the two machines of a set-up. */
export interface Machine {
    id: number;
    name: string;
    address: string;
    release: Release;
    /** It has the IPv6 address that goes with its other one. */
    families?: "both";
}

/** The two machines of a set-up with the address they share. */
export interface Pair {
    setUp: SetUp;
    vip: string;
    /** The address of `SetUp.secondVip`. */
    secondVip?: string;
    /** VRRP's virtual router id, of its own because all pairs are on one network. */
    routerId: number;
    /** First the one that its configuration prefers as master, if it prefers one. */
    machines: [Machine, Machine];
}

export type Proxy = "nginx" | "haproxy";

export interface SetUp {
    name: string;
    /** What it is, in a few words, for tables and pictures. */
    title: string;
    proxy: Proxy;
    /** Debian release of its machines; default: the lab's default. */
    release?: Release;
    /**
     * It has two VIPs; what clients of the second see at the same time is a row of this name and title. `ipv6`: of the
     * other family, wherever the first is. `crossed`: of another service, and the other host's while both run.
     */
    secondVip?: { name: string; title: string; kind: "ipv6" | "crossed" };
    /** The goals that hold for it; absent for what is only compared with. */
    goals?: "fast" | "balanced";
    /**
     * Milliseconds after which the other host has surely missed a master that fell silent, and one that is preferred
     * has taken the VIP back.
     */
    masterDownMs: number;
    /** Milliseconds to wait after a fault, until checks have passed again and the VIP stays where it is. */
    restMs: number;
    /**
     * Shell commands for a host that leaves service on purpose and comes back. Default: keepalived is stopped and
     * started by systemctl.
     */
    switchover?: { leave: string; comeBack: string };
    /** What is different from the text it follows, one sentence each; empty where nothing is. */
    changes: string[];
    /** Whatever decides what a machine becomes, as text: when it changes, the machines are made again. */
    recipe(instance: LabInstance, pair: Pair): string;
    /** Turns two fresh machines, whose network works and which can install Debian packages, into the set-up. */
    install(instance: LabInstance, pair: Pair): Promise<void>;
}
