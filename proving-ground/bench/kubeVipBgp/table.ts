/** What clients lost, as Markdown. */
import { spread } from "../../../shared/report/statistics";
import { markdownTable } from "../../../shared/report/table";
import { EVENTS } from "./contenders";
import type { Measured } from "./measure";

const HEAD = [
    "event",
    "who",
    "runs",
    "noticed after",
    "watches reset",
    "silent",
    "new ones failed",
    "without an answer",
];

export function table(all: Measured[]): string {
    const titles = [...new Map(all.map(({ who, title }) => [who, title]))];
    const rows = Object.entries(EVENTS).flatMap(([event, what]) =>
        titles.map(([who, title]) => {
            const runs = all.filter((each) => each.event === event && each.who === who);
            return [what, title, ...figures(runs)];
        }),
    );
    return markdownTable(HEAD, rows);
}

function figures(runs: Measured[]): (string | number)[] {
    if (runs.length === 0) return [0, "", "", "", "", ""];
    const of = (pick: (run: Measured) => number, unit = ""): string => {
        const { median, min, max } = spread(runs.map(pick));
        return `${median.toFixed(0)}${unit} (${min.toFixed(0)} - ${max.toFixed(0)})`;
    };
    const sum = (pick: (run: Measured) => number): number => runs.reduce((total, run) => total + pick(run), 0);
    return [
        runs.length,
        of((run) => run.noticedMs, " ms"),
        `${of((run) => run.reset)} of ${runs[0]!.watches}`,
        of((run) => run.silent),
        `${sum((run) => run.failed)} of ${sum((run) => run.requests)}`,
        of((run) => run.gapMs, " ms"),
    ];
}
