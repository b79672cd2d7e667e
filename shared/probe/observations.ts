/** What a client saw, and what follows from it. Pure, so that the arithmetic of gaps has tests of its own. */

/** One attempt: a request, on a new TLS connection or on the one that is kept. */
export interface Attempt {
    /** Milliseconds since the epoch when it began. */
    at: number;
    /** Milliseconds until it was answered or given up. */
    took: number;
    /** Why it failed; absent when it was answered with the expected status. */
    error?: string;
}

/** Requests one after the other on a connection that is made again whenever it breaks. */
export interface KeptAlive {
    attempts: Attempt[];
    /** When a connection was made; the first is the beginning. */
    connected: number[];
}

/** A long watch: when it got events, and each time it broke. */
export interface WatchLog {
    events: number[];
    breaks: { at: number; error: string }[];
    /** When it was established; the first is the beginning. */
    opened?: number[];
}

export interface Observations {
    attempts: Attempt[];
    watch: WatchLog;
}

/** A moment at which the client itself was held up, and saw nothing: its machine is too busy. */
export interface Stall {
    at: number;
    took: number;
}

/** All a client of the drill saw. */
export interface ProbeObservations {
    attempts: Attempt[];
    stalls: Stall[];
    keptAlive: KeptAlive;
    watches: WatchLog[];
}

/** A stretch in which no new connection was answered as it should be. */
export interface Gap {
    /** When the last good attempt before it began. */
    from: number;
    /** When the first good one after it began; the last attempt, if there was none. */
    to: number;
    /** When the first bad attempt in it began. */
    began: number;
    attempts: number;
}

/** Attempts that are not good are failed ones, and those that were answered only after `slowMs`. */
export function gapsOf(attempts: Attempt[], slowMs = Infinity): Gap[] {
    const gaps: Gap[] = [];
    let lastGood: number | undefined;
    let bad: number[] = [];
    const close = (to: number): void => {
        if (bad.length > 0 && lastGood !== undefined)
            gaps.push({ from: lastGood, to, began: bad[0]!, attempts: bad.length });
        bad = [];
    };
    const ordered = [...attempts].sort((a, b) => a.at - b.at);
    for (const { at, took, error } of ordered) {
        if (error !== undefined || took > slowMs) {
            bad.push(at);
            continue;
        }
        close(at);
        lastGood = at;
    }
    // An outage that never ended lasts at least until the last attempt.
    close(ordered.at(-1)?.at ?? 0);
    return gaps;
}

export interface Summary {
    requests: number;
    failed: number;
    /** Distinct errors, with how often each occurred. */
    errors: Record<string, number>;
    /**
     * Milliseconds from the start of the last good attempt before a failure to the start of the first good one after
     * it, the longest; 0 when nothing failed. With attempts every 5 ms it is as long as the outage, give or take 5 ms.
     */
    longestGap: number;
    /** Milliseconds the slowest answered request took. */
    slowest: number;
    watchEvents: number;
    watchBreaks: number;
}

export function summarise({ attempts, watch }: Observations): Summary {
    const good = attempts.filter(({ error }) => error === undefined);
    return {
        requests: attempts.length,
        failed: attempts.length - good.length,
        errors: errorsOf(attempts),
        longestGap: Math.round(Math.max(0, ...gapsOf(attempts).map(({ from, to }) => to - from)) * 10) / 10,
        slowest: Math.round(Math.max(0, ...good.map(({ took }) => took))),
        watchEvents: watch.events.length,
        watchBreaks: watch.breaks.length,
    };
}

/** Distinct errors, with how often each occurred. */
export function errorsOf(attempts: Attempt[]): Record<string, number> {
    const errors: Record<string, number> = {};
    for (const { error } of attempts) if (error !== undefined) errors[error] = (errors[error] ?? 0) + 1;
    return errors;
}
