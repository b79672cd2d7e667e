/**
 * What is done on hosts. Whatever does not end by itself first schedules its own end there, so that it ends even if the
 * drill dies.
 */
import { quote } from "../../../components/text/quote";
import type { Scene } from "./fault";

/** The transient unit that undoes a fault. */
export const UNDO_UNIT = "ha-api-drill-undo";
/** The table all packet filters of the drill are in, in each family it is in. */
export const TABLE = "ha_api_drill";
/** How much longer than the hold a host waits, where the drill itself takes a fault back. */
const SPARE_MS = 20_000;

/** Prints the moment, by the host's clock. */
export const MOMENT = `printf 'at %s\\n' "$EPOCHREALTIME"`;

/** Runs `undo` on the host after so long, whatever becomes of the connection. */
export function schedule(undo: string, afterMs: number): string {
    const timer = `--on-active=${afterMs}ms --timer-property=AccuracySec=20ms`;
    return `systemd-run --quiet --collect --unit ${UNDO_UNIT} ${timer} /bin/bash -c ${quote(undo)} || exit 1`;
}

/** Nothing is to be undone any more. */
const UNSCHEDULE = `systemctl stop ${UNDO_UNIT}.timer 2> /dev/null; true`;

export interface Deed {
    /** A bash text. */
    inject: string;
    /** The same, safe to run twice; absent for what ends by itself. */
    undo?: string;
}

/** Done now, undone by the host's own timer if nobody does it before. */
export async function doOn(scene: Scene, host: string, { inject, undo }: Deed, spareMs = SPARE_MS): Promise<string> {
    const first = undo === undefined ? [] : [schedule(undo, scene.holdMs + spareMs)];
    return scene.bash(host, [...first, MOMENT, inject].join("\n"), scene.holdMs + 60_000);
}

export async function undoOn(scene: Scene, host: string, { undo }: Deed): Promise<void> {
    if (undo !== undefined) await scene.bash(host, `${undo}\n${UNSCHEDULE}`);
}

/** A packet filter of the drill's own; each rule is for packets that come in (`input`) or go out (`output`). */
export function filter(rules: [chain: "input" | "output", rule: string][]): Deed {
    const lines = [
        `add table inet ${TABLE}`,
        ...["input", "output"].map(
            (chain) => `add chain inet ${TABLE} ${chain} { type filter hook ${chain} priority -300; }`,
        ),
        ...rules.map(([chain, rule]) => `add rule inet ${TABLE} ${chain} ${rule}`),
    ];
    return { inject: nft(lines), undo: remove("inet") };
}

/**
 * The cable is pulled: next to the interface, because keepalived sends ARP past the filters for addresses and
 * protocols.
 */
export function cut(address: string): Deed {
    const lines = [
        `add table netdev ${TABLE}`,
        ...["ingress", "egress"].flatMap((hook) => [
            `add chain netdev ${TABLE} ${hook} { type filter hook ${hook} device "$interface" priority -300; ` +
                "policy drop; }",
        ]),
    ];
    return {
        inject: `interface=$(ip -o -4 address show to ${address}/32 | awk '{print $2; exit}')\n${nft(lines, "END")}`,
        undo: remove("netdev"),
    };
}

/** `end` unquoted lets the shell fill in its variables. */
const nft = (lines: string[], end = "'END'"): string => `nft -f - <<${end}\n${lines.join("\n")}\nEND`;
const remove = (family: string): string => `nft delete table ${family} ${TABLE} 2> /dev/null; true`;

/** Sends the proxy a signal: its processes are the service's, or those of the service's container. */
export function signalProxy(service: string, signal: "KILL" | "STOP" | "CONT"): string {
    const whom = signal === "KILL" ? "main" : "all";
    if (service === "haproxy" || service === "nginx")
        return (
            `systemctl kill --kill-whom=${whom} --signal=${signal} ${service} 2> /dev/null || systemctl kill ` +
            `--kill-who=${whom} --signal=${signal} ${service}`
        );
    // The container has the service's name; its first process is nginx's master, and the workers are its children.
    // Others' nginx is none of ours.
    const first =
        `$({ podman inspect --format '{{.State.Pid}}' ${service} || docker inspect --format '{{.State.Pid}}' ` +
        `${service}; } 2> /dev/null)`;
    // No braces around variables: systemd would fill them in where this is the command of a timer.
    return (
        `first=${first}; case $first in "" | 0 | 1) false ;; *) kill -${signal} ` +
        `$first${signal === "KILL" ? "" : " $(pgrep -P $first)"} ;; esac`
    );
}
