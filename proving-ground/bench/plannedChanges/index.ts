/** What clients notice of planned changes. */
import { spread } from "../../../shared/report/statistics";
import { markdownTable } from "../../../shared/report/table";
import { benchmark, repeated } from "../benchmark";
import { measure, type PlannedChangeResult } from "./measure";

export const plannedChanges = benchmark({
    title: "what clients notice of planned changes",
    options: repeated(20),
    measure: (instance, { runs }) => measure(instance, runs),
    table,
});

export function table(noticed: PlannedChangeResult[]): string {
    const head = [
        "change",
        "runs",
        "failed requests, all runs",
        "of",
        "longest gap",
        "watches broken in a run: median",
        "max",
        "slowest answer: median",
        "deployment: median",
    ];
    return markdownTable(
        head,
        noticed
            .filter(({ runs }) => runs.length > 0)
            .map(({ change, runs }) => {
                const sum = (pick: (run: (typeof runs)[number]) => number): number =>
                    runs.reduce((total, run) => total + pick(run), 0);
                const [breaks, slowest, took] = [
                    spread(runs.map((run) => run.watchBreaks)),
                    spread(runs.map((run) => run.slowest)),
                    spread(runs.map((run) => run.took)),
                ];
                const gap = Math.max(...runs.map((run) => run.longestGap));
                return [
                    change,
                    runs.length,
                    sum((run) => run.failed),
                    sum((run) => run.requests),
                    gap === 0 ? "none" : `${gap.toFixed(0)} ms`,
                    breaks.median,
                    breaks.max,
                    `${slowest.median.toFixed(0)} ms`,
                    `${(took.median / 1000).toFixed(1)} s`,
                ];
            }),
    );
}
