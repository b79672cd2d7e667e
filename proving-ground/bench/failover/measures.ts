/** What is measured, in the order of reports, and what is wanted of it. */
import { FAULTS } from "../../../shared/faults/catalogue";
import type { Figures } from "./figures";
import type { SetUpFacts } from "./results";

/** What a run must keep to for a goal to be reached; all times in milliseconds. */
export interface Goal {
    /** Of all runs of a set-up. */
    median?: number;
    /** Of each run. */
    max?: number;
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
const HOST_LOST = { balanced: { median: 320, max: 450 }, fast: { median: 150 } };

/** Measured in every comparison: these have titles and goals of their own. */
const usual: Measure[] = [
    { name: "host-powered-off", title: "master loses power", kind: "gap", goals: HOST_LOST },
    { name: "network-cut", title: "master's network cable is pulled", kind: "gap", goals: HOST_LOST },
    { name: "proxy-killed", title: "proxy killed", kind: "gap", goals: both({ max: 80 }) },
    { name: "proxy-hung", title: "proxy hangs", kind: "gap", goals: both({ max: 1500 }) },
    { name: "keepalived-killed", title: "keepalived killed", kind: "gap", goals: both({ noFailure: true }) },
    { name: "switchover", title: "master leaves on purpose", kind: "gap", goals: both({ noFailure: true }) },
    { name: "switchover-return", title: "it comes back", kind: "gap", goals: both({ noFailure: true }) },
    {
        name: "host-powered-off-return",
        title: "powered-off host boots again",
        kind: "gap",
        goals: both({ noFailure: true }),
    },
    { name: "network-cut-return", title: "cable is plugged in again", kind: "gap", goals: both({ noFailure: true }) },
    { name: "reload", title: "proxy is reloaded", kind: "gap", goals: both({ noFailure: true }) },
    { name: "api-server-killed", title: "an API server is killed", kind: "rotation", goals: both({ max: 1000 }) },
    { name: "api-server-hung", title: "an API server hangs", kind: "rotation", goals: both({ max: 2500 }) },
    { name: "api-server-not-ready", title: "an API server answers 500", kind: "rotation", goals: both({ max: 2500 }) },
    {
        name: "packets-lost-0.5",
        title: "0.5 % of packets to and from API servers lost",
        kind: "answers",
        goals: both({ noFailure: true }),
    },
    {
        name: "packets-lost",
        title: "2 % of packets lost",
        kind: "answers",
        goals: both({ max: 1500, noFailure: true }),
    },
    { name: "packets-lost-5", title: "5 % of packets lost", kind: "answers", goals: both({ noFailure: true }) },
    {
        name: "all-api-servers-refuse-return",
        title: "all API servers are back after an outage",
        kind: "rotation",
        goals: both({ max: 300 }),
    },
];

/** What any other fault of the catalogue costs. */
const others: Measure[] = FAULTS.map(({ name, title, on, expectsOutage }): Measure => ({
    name: expectsOutage === true ? `${name}-return` : name,
    title: `${title.charAt(0).toLowerCase()}${title.slice(1)}${expectsOutage === true ? ", and over" : ""}`,
    kind: on === "master" ? "gap" : "rotation",
    goals: {},
})).filter(({ name }) => usual.every((measure) => measure.name !== name));

export const measures: Measure[] = [...usual, ...others];

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
