/** Faults on hosts as bash texts. */
import { Address } from "../../../components/text/address";
import { Endpoint } from "../../../components/text/endpoint";
import type { FilterRule, HostAction, PathEffect } from "../../../shared/faults/fault";
import { program } from "./program";

/** The transient unit that reverts a fault. */
export const REVERT_UNIT = "ha-api-drill-revert";
/** The table that all packet filters of the drill are in, in each family it is in. */
export const TABLE = "ha_api_drill";

/** Prints the moment, by the host's clock. */
export const MOMENT = `printf 'at %s\\n' "$EPOCHREALTIME"`;

export interface HostScript {
    inject: string;
    /** Safe to run twice; absent for what recovers by itself. */
    revert?: string;
}

/** What a script has to know of the host it runs on. */
export interface ScriptHost {
    address: string;
    proxyService: string;
}

export function hostScript(action: HostAction, { address, proxyService }: ScriptHost): HostScript {
    switch (action.kind) {
        case "script":
            return action;
        case "switchover":
            return { inject: program("switchover") };
        case "isolate":
            return isolate(address);
        case "filter":
            return filterScript(action.rules);
        case "signal": {
            const signal = (name: Signal): string =>
                action.daemon === "proxy" ? signalProxy(proxyService, name) : `pkill -${name} -x keepalived`;
            const { inject, revert } = action;
            return { inject: signal(inject), ...(revert === undefined ? {} : { revert: signal(revert) }) };
        }
    }
}

/** Packets to and from those ports alone: the API servers' machines may be among the hosts, and have other work. */
export function pathScript(effect: PathEffect, servers: string[]): HostScript {
    const verdict = (perMille: number): string =>
        perMille === 1000 ? "drop" : `numgen random mod 1000 < ${perMille} drop`;
    return filterScript(
        servers.flatMap((server): FilterRule[] => {
            const { address, port } = Endpoint.read(server);
            const ip = address.family === 6 ? "ip6" : "ip";
            const [to, from] = [`${ip} daddr ${address} tcp dport ${port}`, `${ip} saddr ${address} tcp sport ${port}`];
            return effect.kind === "refused"
                ? [["output", `${to} reject with tcp reset`]]
                : [
                      ["output", `${to} ${verdict(effect.perMille)}`],
                      ["input", `${from} ${verdict(effect.perMille)}`],
                  ];
        }),
    );
}

/** A packet filter of the drill's own. */
export function filterScript(rules: FilterRule[]): Required<HostScript> {
    const lines = [
        `add table inet ${TABLE}`,
        ...["input", "output"].map(
            (chain) => `add chain inet ${TABLE} ${chain} { type filter hook ${chain} priority -300; }`,
        ),
        ...rules.map(([chain, rule]) => `add rule inet ${TABLE} ${chain} ${rule}`),
    ];
    return { inject: nft(lines), revert: remove("inet") };
}

/**
 * As if the cable were pulled: next to the interface, because keepalived sends ARP past the filters for addresses and
 * protocols.
 */
function isolate(address: string): HostScript {
    const own = Address.of(address);
    const show = `ip -o -${own.family} address show to ${own.hostRoute}`;
    const lines = [
        `add table netdev ${TABLE}`,
        ...["ingress", "egress"].flatMap((hook) => [
            `add chain netdev ${TABLE} ${hook} { type filter hook ${hook} device "$interface" priority -300; ` +
                "policy drop; }",
        ]),
    ];
    return { inject: `interface=$(${show} | awk '{print $2; exit}')\n${nft(lines, "END")}`, revert: remove("netdev") };
}

/** `end` unquoted lets the shell fill in its variables. */
const nft = (lines: string[], end = "'END'"): string => `nft -f - <<${end}\n${lines.join("\n")}\nEND`;
const remove = (family: string): string => `nft delete table ${family} ${TABLE} 2> /dev/null; true`;

type Signal = "KILL" | "STOP" | "CONT";

/** Sends the proxy a signal: its processes are the service's, or those of the service's container. */
export function signalProxy(service: string, signal: Signal): string {
    const whom = signal === "KILL" ? "main" : "all";
    if (service === "haproxy" || service === "nginx")
        return (
            `systemctl kill --kill-whom=${whom} --signal=${signal} ${service} 2> /dev/null || systemctl kill ` +
            `--kill-who=${whom} --signal=${signal} ${service}`
        );
    // The container has the service's name; its first process is nginx's master, and the workers are its children.
    // Other nginx processes on the machine are not ours.
    const first =
        `$({ podman inspect --format '{{.State.Pid}}' ${service} || docker inspect --format '{{.State.Pid}}' ` +
        `${service}; } 2> /dev/null)`;
    // No braces around variables: systemd would fill them in where this is the command of a timer.
    return (
        `first=${first}; case $first in "" | 0 | 1) false ;; *) kill -${signal} ` +
        `$first${signal === "KILL" ? "" : " $(pgrep -P $first)"} ;; esac`
    );
}
