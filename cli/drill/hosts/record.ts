/** What a host reported while it was watched, by this machine's clock. */

export interface HostEvent {
    /** Milliseconds since the epoch. */
    at: number;
    /** It got the VIP, it lost it, it entered a VRRP state, or something else is worth a note. */
    kind: "gained" | "lost" | "state" | "note";
    text: string;
}

/** A stretch without a break in which there was word from the host. */
export interface Session {
    from: number;
    /** Its last word. */
    to: number;
    /** Whether it went silent by itself: its power was cut, or it shut down. */
    broken: boolean;
    heldAtStart: boolean;
    events: HostEvent[];
    /** How far its clock is ahead, in milliseconds, and how wrong that may be. */
    clockOffset: number;
    clockError: number;
}

export interface HostRecord {
    host: string;
    sessions: Session[];
}

/**
 * From before the connection was up there is only the journal, which has the VRRP states and not the address: assume
 * that the host held the VIP while it was MASTER. Host times become ours.
 */
export function withEarlierHolds(
    events: HostEvent[],
    look: number,
    held: boolean,
    clockOffset: number,
): Pick<Session, "events" | "heldAtStart"> {
    const all: HostEvent[] = [];
    let master = false;
    for (const event of events) {
        if (event.at < look && event.kind === "state" && (event.text === "MASTER") !== master) {
            master = !master;
            all.push(
                master
                    ? { at: event.at, kind: "gained", text: "gets the VIP" }
                    : { at: event.at, kind: "lost", text: "loses the VIP" },
            );
        }
        all.push(event);
    }
    if (master && !held) all.push({ at: look, kind: "lost", text: "loses the VIP" });
    return {
        heldAtStart: held && !master,
        events: all.map((event) => ({ ...event, at: event.at - clockOffset })).sort((a, b) => a.at - b.at),
    };
}

/** A stretch of time; milliseconds since the epoch. */
export interface Span {
    from: number;
    to: number;
}

/** When a host held the VIP. */
export function holdsOf({ sessions }: HostRecord): Span[] {
    return sessions.flatMap(({ from, to, heldAtStart, events }) => {
        const spans: Span[] = [];
        let since = heldAtStart ? from : undefined;
        for (const { at, kind } of events) {
            if (kind === "gained") since ??= at;
            if (kind === "lost" && since !== undefined) {
                spans.push({ from: since, to: at });
                since = undefined;
            }
        }
        return since === undefined ? spans : [...spans, { from: since, to }];
    });
}

/** When there was no word from a host between two moments. */
export function silencesOf({ sessions }: HostRecord, from: number, to: number): Span[] {
    const silences: Span[] = [];
    let heard = from;
    for (const session of sessions) {
        if (session.from > heard) silences.push({ from: heard, to: session.from });
        heard = Math.max(heard, session.to);
    }
    return heard < to ? [...silences, { from: heard, to }] : silences;
}

/** When two or more held the VIP at the same time. */
export function doubleHolds(records: HostRecord[]): Span[] {
    const spans = records.flatMap(holdsOf);
    const marks = [
        ...spans.map(({ from }) => ({ at: from, step: 1 })),
        ...spans.map(({ to }) => ({ at: to, step: -1 })),
    ]
        // At the same moment one that lets go comes before one that takes over.
        .sort((a, b) => a.at - b.at || a.step - b.step);
    const doubles: Span[] = [];
    let count = 0;
    for (const { at, step } of marks) {
        if (step === 1 && count === 1) doubles.push({ from: at, to: at });
        if (step === -1 && count === 2) doubles.at(-1)!.to = at;
        count += step;
    }
    return doubles.filter(({ from, to }) => to > from);
}

/** Names of those that hold the VIP at a moment. */
export function hostsHoldingAt(records: HostRecord[], at: number): string[] {
    return records
        .filter((record) => holdsOf(record).some(({ from, to }) => from <= at && at < to))
        .map(({ host }) => host);
}
