/** What a fault is: data, which an injector turns into something that really fails. */

/** How an API server can be made to fail. */
export type ServerFault = "killed" | "hung" | "not ready";

/** A rule of a packet filter in nft's words, for packets that come in (`input`) or go out (`output`). */
export type FilterRule = [chain: "input" | "output", rule: string];

/** Something done on one host. */
export type HostAction =
    /**
     * A bash text as root, and one that reverts it; the second is safe to run twice. Absent for what recovers by
     * itself.
     */
    | { kind: "script"; inject: string; revert?: string }
    /** A signal to the daemon's processes, and one that reverts it. */
    | { kind: "signal"; daemon: "proxy" | "keepalived"; inject: "KILL" | "STOP"; revert?: "CONT" }
    /** Every packet from and to the host is lost, ARP too, as when its cable is pulled. */
    | { kind: "isolate" }
    /** These packets are lost. */
    | { kind: "filter"; rules: FilterRule[] }
    /** The host hands the VIP over on purpose. */
    | { kind: "switchover" };

/** What happens to packets between the hosts and API servers. */
export type PathEffect =
    /** So many of a thousand are lost, each way; 1000 are all. */
    | { kind: "loss"; perMille: number }
    /** As if nothing listened there, which also breaks all connections. */
    | { kind: "refused" };

export type FaultAction =
    | HostAction
    /** The host's power is cut. */
    | { kind: "power" }
    /** API servers themselves fail. */
    | { kind: "server"; fault: ServerFault }
    | { kind: "path"; effect: PathEffect };

/** How the failed part comes back. */
export type Recovery =
    /** The fault is reverted after the hold. */
    | "reverted"
    /** A timer on the host itself reverts it after the hold: the host cannot be reached before. */
    | "timer"
    /** It recovers by itself, as fast as it can. */
    | "self";

export interface Fault {
    /** What `--fault` takes. */
    name: string;
    title: string;
    /** Part of a drill that names no fault: it costs what a maintenance costs. */
    inDefaultDrill?: true;
    /** What it needs beside SSH to the hosts. A fake control plane can be told what to answer. */
    needs?: "power" | "control plane" | "fake control plane" | "nftables";
    recovery: Recovery;
    /** Where it falls: on the master, on one API server, or on all of them. */
    on: "master" | "server" | "servers";
    action: FaultAction;
    /** The host shuts down or loses power: its record ends. */
    losesHost?: true;
    /** The VIP must stay where it is. */
    expectsNoFailover?: true;
    /** Nothing can answer while it lasts. Any other fault is reverted early when nothing does. */
    expectsOutage?: true;
    /** Everything is slower while it lasts, and nothing fails: how slow is what counts. */
    degrades?: true;
    /** Its effect comes only when the other hosts miss the master's advertisements. */
    delayed?: true;
    /** What is done, and how it ends, in one sentence. */
    plan: string;
    /** What should be seen. */
    expected: string;
}
