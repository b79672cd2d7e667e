/** What a client saw, and what follows from it. Pure, so that the arithmetic of gaps has tests of its own. */

/** One attempt: a new TLS connection and one request on it. */
export interface Attempt {
    /** Milliseconds since the epoch when it began. */
    at: number;
    /** Milliseconds until it was answered or given up. */
    took: number;
    /** Why it failed; absent when it was answered with the expected status. */
    error?: string;
}

/** A long watch: when it got events, and each time it broke. */
export interface WatchLog {
    events: number[];
    breaks: { at: number; error: string }[];
}

export interface Observations {
    attempts: Attempt[];
    watch: WatchLog;
}

export interface Summary {
    requests: number;
    failed: number;
    /** Distinct errors, with how often each occurred. */
    errors: Record<string, number>;
    /**
     * Milliseconds from the start of the last good attempt before a failure to the start of the first good one after it, the longest;
     * 0 when nothing failed. With attempts every 5 ms it is as long as the outage, give or take 5 ms.
     */
    longestGap: number;
    /** Milliseconds the slowest answered request took. */
    slowest: number;
    watchEvents: number;
    watchBreaks: number;
}

export function summarise({ attempts, watch }: Observations): Summary {
    const ordered = [...attempts].sort((a, b) => a.at - b.at);
    const errors: Record<string, number> = {};
    let longestGap = 0;
    let lastGood: number | undefined;
    let failing = false;
    for (const { at, error } of ordered) {
        if (error === undefined) {
            if (failing && lastGood !== undefined) longestGap = Math.max(longestGap, at - lastGood);
            lastGood = at;
            failing = false;
        } else {
            errors[error] = (errors[error] ?? 0) + 1;
            failing = true;
        }
    }
    // An outage that never ended lasts at least until the last attempt.
    if (failing && lastGood !== undefined) longestGap = Math.max(longestGap, (ordered.at(-1)?.at ?? lastGood) - lastGood);
    const good = ordered.filter(({ error }) => error === undefined);
    return {
        requests: ordered.length,
        failed: ordered.length - good.length,
        errors,
        longestGap: Math.round(longestGap * 10) / 10,
        slowest: Math.round(Math.max(0, ...good.map(({ took }) => took))),
        watchEvents: watch.events.length,
        watchBreaks: watch.breaks.length,
    };
}
