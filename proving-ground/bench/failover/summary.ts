/** From runs to figures of each set-up. Pure. */
import { type Spread, spread } from "../../../shared/report/statistics";
import { type Goal, goalOf, type Measure, measures, valueOf } from "./measures";
import type { Comparison, Run, SetUpFacts } from "./results";

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
