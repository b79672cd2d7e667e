/** The figures of one fault, from what the client saw and the hosts told. Pure. */
import { errorsOf, gapsOf, type ProbeObservations, type Stall, type WatchLog } from "../../shared/probe/observations";
import type { Fault } from "../../shared/faults/fault";
import { doubleHolds, type HostRecord, hostsHoldingAt, holdsOf, type Span } from "./hosts/record";
import { REVERTED } from "./hosts/recordLines";

/**
 * An answer that takes longer is a delayed one: it makes people wait, and with SYN retransmission it hides an outage.
 */
export const DELAYED_MS = 250;

/** All there is to know of one fault, done once. Times are milliseconds since the epoch, by this machine's clock. */
export interface FaultRun {
    fault: Pick<Fault, "name" | "title" | "recovery" | "inDefaultDrill" | "expectsNoFailover">;
    /** Which time it was done, from 1. */
    run: number;
    /** The host or API server it fell on. */
    target: string;
    master: string;
    injectedAt: number;
    /** When the failed part began to come back. */
    returnedAt: number;
    endedAt: number;
    seen: ProbeObservations;
    records: HostRecord[];
    /** What went wrong; empty when all is healthy again. */
    problems: string[];
}

/** Milliseconds, and counts. */
export interface PhaseFigures {
    requests: number;
    failed: number;
    /** Answered, but slower than 250 ms. */
    delayed: number;
    /** The longest stretch in which no new connection was answered within 250 ms. */
    longestGap: number;
    keptAliveFailed: number;
    /** How often the connection that is kept was made again. */
    keptAliveReconnects: number;
    /** The longest time between two answers on it. */
    keptAliveLongest: number;
    watchBreaks: number;
    /** The longest time without an event on a watch, and what is usual for it. */
    watchSilence: number;
    watchUsual: number;
    /**
     * The longest time the client itself was held up by its machine: what is not longer than this says nothing of the
     * load balancer.
     */
    clientStall: number;
    errors: Record<string, number>;
}

export interface Figures {
    /** From the fault until the failed part comes back. */
    outage: PhaseFigures;
    /** From then on. */
    return: PhaseFigures;
    /** Milliseconds from the fault to the return. */
    lasted: number;
    /** Each time the VIP had another single master. */
    moves: { from: string; to: string; after: number }[];
    /** What each host reported, in milliseconds after the fault. */
    changes: { host: string; after: number; text: string }[];
    /** Milliseconds during which more than one host held the VIP, in all. */
    splitBrain: number;
    /** How many watches were held. */
    watches: number;
    /** How well host times are known, in milliseconds. */
    clockError: number;
}

export function figuresOf(run: FaultRun): Figures {
    const { injectedAt, returnedAt, endedAt, records } = run;
    return {
        outage: phase(run.seen, { from: injectedAt, to: returnedAt }, true),
        return: phase(run.seen, { from: returnedAt, to: Infinity }, false),
        lasted: round(returnedAt - injectedAt),
        moves: movesOf(records, run.master, injectedAt).map(({ at, ...move }) => ({
            ...move,
            after: round(at - injectedAt),
        })),
        changes: records
            .flatMap(({ host, sessions }) =>
                sessions
                    .flatMap(({ events }) => events)
                    .filter(({ at }) => at >= injectedAt - 50)
                    .map(({ at, text }) => ({ host, after: round(at - injectedAt), text })),
            )
            .sort((a, b) => a.after - b.after),
        splitBrain: round(
            doubleHolds(records)
                .map((span) => clip(span, injectedAt, endedAt))
                .reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0),
        ),
        watches: run.seen.watches.length,
        clockError: round(
            Math.max(0, ...records.flatMap(({ sessions }) => sessions.map(({ clockError }) => clockError))),
        ),
    };
}

/**
 * From one master to the next; with whom it was held in between does not matter. The first one is known: its last word
 * may be from before.
 */
export function movesOf(
    records: HostRecord[],
    first: string,
    from: number,
): { from: string; to: string; at: number }[] {
    const moments = records
        .flatMap(holdsOf)
        .flatMap((span) => [span.from, span.to])
        .filter((at) => at > from)
        .sort((a, b) => a - b);
    const moves: { from: string; to: string; at: number }[] = [];
    let master = first;
    const move = (to: string, at: number): void => {
        moves.push({ from: master, to, at });
        master = to;
    };
    for (const at of moments) {
        const gained = records.find(
            ({ host, sessions }) =>
                host !== master &&
                sessions.some(({ events }) => events.some((event) => event.kind === "gained" && event.at === at)),
        );
        const now = hostsHoldingAt(records, at);
        if (gained !== undefined) move(gained.host, at);
        // The newcomer of a split-brain may be the one that backs off again.
        else if (now.length === 1 && now[0] !== master) move(now[0]!, at);
    }
    return moves;
}

/** When the failed part began to come back, where that is not when the drill restored it. */
export function returnOf(
    { recovery, losesHost }: Pick<Fault, "recovery" | "losesHost">,
    record: HostRecord | undefined,
    injectedAt: number,
    holdMs: number,
): number {
    const sessions = record?.sessions ?? [];
    const events = sessions.flatMap((session) => session.events).filter(({ at }) => at > injectedAt);
    const otherwise = injectedAt + holdMs;
    if (recovery === "timer") return events.find(({ text }) => text === REVERTED)?.at ?? otherwise;
    if (losesHost === true) return sessions.find(({ from }) => from > injectedAt)?.from ?? otherwise;
    return events.find(({ kind, text }) => kind === "state" && ["BACKUP", "MASTER"].includes(text))?.at ?? otherwise;
}

/** What lasts belongs to the phase it began in; what was under way when the fault came, to the outage. */
function phase(
    { attempts, stalls, keptAlive, watches }: ProbeObservations,
    { from, to }: Span,
    first: boolean,
): PhaseFigures {
    const ours = (span: Span): boolean => span.from < to && (first ? span.to >= from : span.from >= from);
    const spanOf = ({ at, took }: Stall): Span => ({ from: at, to: at + took });
    const mine = attempts.filter((attempt) => ours(spanOf(attempt)));
    const bad = new Set(mine.map(({ at }) => at));
    const answers = keptAlive.attempts.filter(({ error }) => error === undefined).map(({ at, took }) => at + took);
    return {
        requests: mine.length,
        failed: mine.filter(({ error }) => error !== undefined).length,
        delayed: mine.filter(({ error, took }) => error === undefined && took > DELAYED_MS).length,
        longestGap: longest(gapsOf(attempts, DELAYED_MS).filter(({ began }) => bad.has(began))),
        keptAliveFailed: keptAlive.attempts.filter((attempt) => attempt.error !== undefined && ours(spanOf(attempt)))
            .length,
        keptAliveReconnects: keptAlive.connected.slice(1).filter((at) => at >= from && at < to).length,
        keptAliveLongest: longest(intervals(answers).filter(ours)),
        watchBreaks: watches.flatMap(({ breaks }) => breaks).filter(({ at }) => at >= from && at < to).length,
        watchSilence: longest(watches.flatMap(({ events }) => intervals(events)).filter(ours)),
        watchUsual: round(usualOf(watches)),
        clientStall: longest(stalls.map(spanOf).filter(ours)),
        errors: errorsOf(mine),
    };
}

/** The stretches between consecutive moments. */
export function intervals(moments: number[]): Span[] {
    return moments.slice(1).map((to, index) => ({ from: moments[index]!, to }));
}

/** The interval at which events usually come; 0 when there were too few. */
export function usualOf(watches: WatchLog[]): number {
    const lengths = watches
        .flatMap(({ events }) => intervals(events).map(({ from, to }) => to - from))
        .sort((a, b) => a - b);
    return lengths[Math.floor(lengths.length / 2)] ?? 0;
}

const longest = (spans: Span[]): number => round(Math.max(0, ...spans.map(({ from, to }) => to - from)));
const clip = ({ from, to }: Span, min: number, max: number): Span => ({
    from: Math.max(from, min),
    to: Math.min(to, max),
});
const round = (value: number): number => Math.round(value * 10) / 10;
