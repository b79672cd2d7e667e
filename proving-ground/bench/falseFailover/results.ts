import { milliseconds } from "../../../shared/report/duration";
import { markdownTable } from "../../../shared/report/table";
import type { Spread } from "../../../shared/report/statistics";

/** What one set-up went through in one situation. */
export interface Outcome {
    situation: string;
    setUp: string;
    title: string;
    /** How often, or for how many seconds, it was disturbed. */
    extent: string;
    /** How often a host took the VIP although the master was only disturbed. */
    falseFailovers: number;
    /** Milliseconds without a good new connection: the longest time in each trial. */
    gap: Spread;
    failed: number;
    requests: number;
    /** Milliseconds in which both hosts were master, all together. */
    splitBrainMs: number;
    /** Share of the machine's processors in use, 0 to 1. */
    busy: number;
}

export interface Disturbed {
    date: string;
    outcomes: Outcome[];
}

export function table(outcomes: Outcome[]): string {
    return markdownTable(
        [
            "master",
            "set-up",
            "disturbed",
            "false failovers",
            "longest gap: median",
            "max",
            "failed requests",
            "split-brain, in all",
            "processors in use",
        ],
        outcomes.map(({ situation, title, extent, falseFailovers, gap, failed, requests, splitBrainMs, busy }) => [
            situation,
            title,
            extent,
            falseFailovers,
            milliseconds(gap.median),
            milliseconds(gap.max),
            `${failed} of ${requests}`,
            milliseconds(splitBrainMs),
            `${Math.round(busy * 100)} %`,
        ]),
    );
}
