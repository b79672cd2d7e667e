/** From keepalived's log to who held the VIP when. Pure. */

export type State = "MASTER" | "BACKUP" | "FAULT";

export interface Change {
    /** Milliseconds since the epoch. */
    at: number;
    state: State;
}

/**
 * Lines of `journalctl -o short-unix`: "1763712896.862998 host Keepalived_vrrp[632]: (kube_api) Entering MASTER STATE".
 */
export function parseChanges(log: string): Change[] {
    return log.split("\n").flatMap((line): Change[] => {
        const match = /^(\d+\.\d+) .*Entering (MASTER|BACKUP|FAULT) STATE/.exec(line);
        return match === null ? [] : [{ at: Number(match[1]) * 1000, state: match[2] as State }];
    });
}

/** What one host was at the beginning, and what it became. */
export interface Timeline {
    initial: State;
    changes: Change[];
}

/** How often a host of the pair took the VIP in a span of time. */
export function takeovers(hosts: Timeline[], from: number, to: number): number {
    return hosts
        .flatMap(({ changes }) => changes)
        .filter(({ at, state }) => state === "MASTER" && at >= from && at < to).length;
}

/** Milliseconds of a span in which more than one host was master. */
export function splitBrainIn(hosts: Timeline[], from: number, to: number): number {
    const moments = [...new Set([from, to, ...hosts.flatMap(({ changes }) => changes.map(({ at }) => at))])]
        .filter((at) => at >= from && at <= to)
        .sort((a, b) => a - b);
    let total = 0;
    for (let index = 1; index < moments.length; index++) {
        const since = moments[index - 1]!;
        if (hosts.filter((host) => stateAt(host, since) === "MASTER").length > 1) total += moments[index]! - since;
    }
    return total;
}

function stateAt({ initial, changes }: Timeline, moment: number): State {
    return changes.filter(({ at }) => at <= moment).at(-1)?.state ?? initial;
}
