/** What a comparison leaves behind, as it is in its JSON file. */
import type { Figures } from "./figures";

export interface SetUpFacts {
    name: string;
    title: string;
    goals?: "fast" | "balanced";
    /** What is different from the text it follows. */
    changes: string[];
    /** Why it could not be measured at all; absent when it worked. */
    broken?: string;
}

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

/** Names that measures had in files of comparisons before they took those of the catalogue of faults. */
const FORMER_NAMES: Record<string, string> = {
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

export function parseComparison(json: string): Comparison {
    const comparison = JSON.parse(json) as Comparison;
    const results = comparison.results.map((run) => ({ ...run, measure: FORMER_NAMES[run.measure] ?? run.measure }));
    return { ...comparison, results };
}
