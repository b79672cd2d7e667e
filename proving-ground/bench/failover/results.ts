/** From what a client saw to the figures of each step, and a comparison as it is in its JSON file. Pure. */
import { cpus, release, totalmem } from "node:os";
import { type Observations, summarise } from "../../../shared/probe/observations";

/** One step of an event, in milliseconds since the epoch. */
export interface Phase {
    measure: string;
    /** When it was begun. */
    start: number;
    /** When watching it ended. */
    end: number;
    /** Share of this machine's processors that was in use, 0 to 1. */
    busy: number;
    /** An API server that nothing was done to answered slowly meanwhile, or hardly any processor time was left. */
    disturbed: boolean;
    /** Milliseconds after which the client gave a connection up. */
    patienceMs?: number;
    /** Connections failed before it began, as they should. */
    afterOutage?: boolean;
}

export interface Figures {
    measure: string;
    /** New connections that were tried from its start to its end. */
    requests: number;
    /** Of those, and of those under way at its start: how many failed. */
    failed: number;
    /** How often each error occurred. */
    errors: Record<string, number>;
    /** How many were answered, but later than a client takes for granted. */
    delayed: number;
    /** Milliseconds, the longest time without a good new connection; 0 when none failed. */
    gapMs: number;
    /**
     * Milliseconds from the start until the beginning of the last connection that failed or was delayed; 0 when there
     * was none.
     */
    lastBadMs: number;
    /**
     * Milliseconds within which 99 of 100 connections were answered; one that failed took as long as the client waits.
     */
    answeredMs?: number;
    /** Connections still failed when watching ended: the times are lower bounds. */
    unfinished: boolean;
    /**
     * Share of the machine's processors that was in use meanwhile, by whatever it was: near 1 the times say more about
     * the machine.
     */
    busy: number;
    /**
     * The machine was too busy with other things for the times to say much, or connections were bad before it began.
     */
    disturbed: boolean;
    /**
     * Milliseconds from the start until the client of a long watch noticed that its connection is over; absent when it
     * did not.
     */
    watchToldMs?: number;
}

/** An answer after more milliseconds than this is a delayed one. */
export const DELAYED_MS = 250;
/** An attempt begun longer before a phase and not over yet belongs to what was before. */
const UNDER_WAY_MS = 50;
/** What was good so long before a phase begins belongs to its gap. */
const LEAD_MS = 500;
/** A failure within this time before the end of watching has not ended. */
const TAIL_MS = 600;

export function figuresOf(
    { attempts, watch }: Observations,
    { measure, start, end, busy, disturbed, patienceMs = 1000, afterOutage = false }: Phase,
): Figures {
    const during = attempts.filter(({ at, took }) => at >= start - UNDER_WAY_MS && at + took >= start && at < end);
    const failed = during.filter(({ error }) => error !== undefined);
    const delayed = during.filter(({ error, took }) => error === undefined && took > DELAYED_MS);
    const lastBad = Math.max(start, ...[...failed, ...delayed].map(({ at }) => at));
    const around = attempts.filter(({ at }) => at >= start - LEAD_MS && at < end);
    // Failures just before, of a client that had too little of the processors itself.
    const before = attempts.filter(({ at }) => at >= start - LEAD_MS && at < start - UNDER_WAY_MS);
    const calm =
        before.some(({ error }) => error === undefined) &&
        before.every(({ error, took }) => error === undefined && took <= DELAYED_MS);
    const times = during.map(({ error, took }) => (error === undefined ? took : patienceMs)).sort((a, b) => a - b);
    const told = watch.breaks.find(({ at }) => at >= start && at < end);
    return {
        measure,
        requests: during.length,
        failed: failed.length,
        errors: counted(failed.map(({ error = "" }) => error)),
        delayed: delayed.length,
        gapMs: summarise({ attempts: around, watch: { events: [], breaks: [] } }).longestGap,
        lastBadMs: tenths(lastBad - start),
        answeredMs: tenths(times[Math.ceil(times.length * 0.99) - 1] ?? patienceMs),
        busy,
        disturbed: disturbed || (!calm && !afterOutage),
        unfinished: failed.some(({ at }) => at > end - TAIL_MS),
        ...(told === undefined ? {} : { watchToldMs: tenths(told.at - start) }),
    };
}

function counted(words: string[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
    return counts;
}

const tenths = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;

/** A set-up of a comparison. */
export interface SetUpFacts {
    name: string;
    title: string;
    goals?: "fast" | "balanced";
    /** What is different from the text it follows. */
    changes: string[];
    /** Why it could not be measured at all; absent when it worked. */
    broken?: string;
}

/** One step on one set-up. */
export interface Run extends Figures {
    run: number;
    setUp: string;
    event: string;
    /** Which host was struck: 1 is the preferred one. */
    host: 1 | 2;
}

/** A run that could not be made, and why. */
export interface Missed {
    run: number;
    setUp: string;
    event: string;
    reason: string;
}

/** A comparison, as it is in its JSON file. */
export interface Comparison {
    date: string;
    machine: { cpus: number; memoryGiB: number; kernel: string; node: string };
    /** How often each event was wanted. */
    runs: number;
    /** The most milliseconds a step was watched, by event. */
    limits: Record<string, number>;
    tookMs: number;
    setUps: SetUpFacts[];
    results: Run[];
    missed: Missed[];
}

/** One in which nothing has been measured yet. */
export function newComparison({ runs, limits, setUps }: Pick<Comparison, "runs" | "limits" | "setUps">): Comparison {
    return {
        date: new Date().toISOString(),
        machine: {
            cpus: cpus().length,
            memoryGiB: Math.round(totalmem() / 2 ** 30),
            kernel: release(),
            node: process.version,
        },
        runs,
        limits,
        tookMs: 0,
        setUps,
        results: [],
        missed: [],
    };
}

/**
 * Names that events and measures had, and have in files of comparisons, before they took those of the catalogue of
 * faults.
 */
const FORMER_NAMES: Record<string, string> = {
    "power-off": "host-powered-off",
    "host-off": "host-powered-off",
    "host-back": "host-powered-off-return",
    "cut-off": "network-cut",
    "plugged-in": "network-cut-return",
    "hand-back": "switchover-return",
    "api-killed": "api-server-killed",
    "api-hung": "api-server-hung",
    "api-500": "api-server-not-ready",
    "loss-0.5": "packets-lost-0.5",
    "loss-2": "packets-lost",
    "loss-5": "packets-lost-5",
    "all-back": "all-api-servers-refuse-return",
};

/** The name that an event or a measure has now. */
export const currentName = (name: string): string => FORMER_NAMES[name] ?? name;

export function parseComparison(json: string): Comparison {
    const comparison = JSON.parse(json) as Comparison;
    const results = comparison.results.map((run) => ({ ...run, measure: currentName(run.measure) }));
    return { ...comparison, results };
}
