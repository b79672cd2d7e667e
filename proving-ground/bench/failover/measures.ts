/** What is measured, in the order of reports, its goals, and the summary of a comparison. Pure. */
import { FAULTS } from "../../../shared/faults/catalogue";
import { type Spread, spread } from "../../../shared/report/statistics";
import type { Figures } from "./results";
import type { Comparison, Run, SetUpFacts } from "./results";

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

export interface Row {
    measure: Measure;
    setUp: SetUpFacts;
    /** The time that counts, in milliseconds. */
    value: Spread;
    /** In how many runs it was not over when watching ended: their times are lower bounds. */
    unfinished: number;
    /** In how many runs the machine was too busy with other things. */
    disturbed: number;
    failed: Spread;
    delayed: Spread;
    /**
     * Milliseconds until the client of a long watch noticed that its connection is over, in the runs in which it did.
     */
    told?: Spread;
    goal?: Goal;
    reached?: boolean;
}

/** A row for each measure and set-up with at least one run, in the order of measures. */
export function summary({ setUps, results }: Pick<Comparison, "setUps" | "results">): Row[] {
    return measures.flatMap((measure) =>
        setUps.flatMap((setUp): Row[] => {
            const runs = results.filter((run) => run.measure === measure.name && run.setUp === setUp.name);
            return runs.length === 0 ? [] : [row(measure, setUp, runs)];
        }),
    );
}

function row(measure: Measure, setUp: SetUpFacts, runs: Run[]): Row {
    const told = runs.flatMap(({ watchToldMs }) => (watchToldMs === undefined ? [] : [watchToldMs]));
    const goal = goalOf(measure, setUp);
    const figures = {
        value: spread(runs.map((run) => valueOf(measure, run))),
        unfinished: runs.filter(({ unfinished }) => unfinished).length,
        disturbed: runs.filter(({ disturbed }) => disturbed).length,
        failed: spread(runs.map(({ failed }) => failed)),
        delayed: spread(runs.map(({ delayed }) => delayed)),
    };
    return {
        measure,
        setUp,
        ...figures,
        ...(told.length === 0 ? {} : { told: spread(told) }),
        ...(goal === undefined ? {} : { goal, reached: reaches(goal, figures) }),
    };
}

/** A run that was not over may have taken any time: nothing is reached with it. */
export function reaches(
    goal: Goal,
    { value, unfinished, failed }: Pick<Row, "value" | "unfinished" | "failed">,
): boolean {
    if (unfinished > 0) return false;
    if (goal.median !== undefined && value.median > goal.median) return false;
    if (goal.max !== undefined && value.max > goal.max) return false;
    return goal.noFailure === undefined || failed.max === 0;
}
