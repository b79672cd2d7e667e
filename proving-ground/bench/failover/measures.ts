/** What is measured, in the order of reports, and what is wanted of it. */
import type { Figures } from "./figures";
import type { SetUpFacts } from "./results";

/** What a run must keep to for a goal to be reached; all times in milliseconds. */
export interface Goal {
    /** Of all runs of a set-up. */
    median?: number;
    /** Of each run. */
    most?: number;
    /** No new connection fails in any run. */
    noFailure?: true;
}

export interface Measure {
    name: string;
    title: string;
    /**
     * gap: the longest time without a good new connection. rotation: the time until the last connection that failed or
     * was delayed, where others are good all the while. answers: the time within which 99 of 100 connections were
     * answered.
     */
    kind: "gap" | "rotation" | "answers";
    goals: Partial<Record<"fast" | "balanced", Goal>>;
}

const both = (goal: Goal): Measure["goals"] => ({ fast: goal, balanced: goal });
const HOST_LOST = { balanced: { median: 320, most: 450 }, fast: { median: 150 } };

export const measures: Measure[] = [
    { name: "host-off", title: "holder loses power", kind: "gap", goals: HOST_LOST },
    { name: "cut-off", title: "holder's network cable is pulled", kind: "gap", goals: HOST_LOST },
    { name: "proxy-killed", title: "proxy killed", kind: "gap", goals: both({ most: 80 }) },
    { name: "proxy-hung", title: "proxy hangs", kind: "gap", goals: both({ most: 1500 }) },
    { name: "keepalived-killed", title: "keepalived killed", kind: "gap", goals: both({ noFailure: true }) },
    { name: "switchover", title: "holder leaves on purpose", kind: "gap", goals: both({ noFailure: true }) },
    { name: "hand-back", title: "it comes back", kind: "gap", goals: both({ noFailure: true }) },
    { name: "host-back", title: "powered-off host boots again", kind: "gap", goals: both({ noFailure: true }) },
    { name: "plugged-in", title: "cable is plugged in again", kind: "gap", goals: both({ noFailure: true }) },
    { name: "reload", title: "proxy is reloaded", kind: "gap", goals: both({ noFailure: true }) },
    { name: "api-killed", title: "an API server is killed", kind: "rotation", goals: both({ most: 1000 }) },
    { name: "api-hung", title: "an API server hangs", kind: "rotation", goals: both({ most: 2500 }) },
    { name: "api-500", title: "an API server answers 500", kind: "rotation", goals: both({ most: 2500 }) },
    {
        name: "loss-0.5",
        title: "0.5 % of packets to and from API servers lost",
        kind: "answers",
        goals: both({ noFailure: true }),
    },
    { name: "loss-2", title: "2 % of packets lost", kind: "answers", goals: both({ most: 1500, noFailure: true }) },
    { name: "loss-5", title: "5 % of packets lost", kind: "answers", goals: both({ noFailure: true }) },
    {
        name: "all-back",
        title: "all API servers are back after an outage",
        kind: "rotation",
        goals: both({ most: 300 }),
    },
];

/** The time that counts in a run, in milliseconds. */
export function valueOf(
    { kind }: Pick<Measure, "kind">,
    { gapMs, lastBadMs, answeredMs = 0 }: Pick<Figures, "gapMs" | "lastBadMs" | "answeredMs">,
): number {
    return { gap: gapMs, rotation: lastBadMs, answers: answeredMs }[kind];
}

export function goalOf({ goals }: Measure, setUp: Pick<SetUpFacts, "goals">): Goal | undefined {
    return setUp.goals === undefined ? undefined : goals[setUp.goals];
}
