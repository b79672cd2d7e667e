/** Connections lost per event, as Markdown. */
import { spread } from "../../../shared/report/statistics";
import { markdownTable } from "../../../shared/report/table";
import { EVENTS } from "./events";
import { HOSTS, type Measured } from "./measure";

const HEAD = [
    "event",
    "hosts",
    "hosts forward",
    "runs",
    "watches reset: median",
    "silent: median",
    "new ones failed",
    "longest time without an answer",
];

export function bgpTable(all: Measured[]): string {
    const rows = EVENTS.flatMap(({ name, title }) =>
        HOSTS.flatMap((hosts) =>
            [false, true].map((forwarding) => {
                const runs = all.filter(
                    (each) => each.event === name && each.hosts === hosts && each.forwarding === forwarding,
                );
                return [title, hosts, forwarding ? "yes" : "no", ...figures(runs)];
            }),
        ),
    );
    return markdownTable(HEAD, rows);
}

function figures(runs: Measured[]): (string | number)[] {
    if (runs.length === 0) return [0, "", "", "", ""];
    const sum = (pick: (run: Measured) => number): number => runs.reduce((total, run) => total + pick(run), 0);
    const ofAll = (pick: (run: Measured) => number): string => {
        const { median, min, max } = spread(runs.map(pick));
        return `${median} of ${runs[0]!.watches} (${min} - ${max})`;
    };
    return [
        runs.length,
        ofAll((run) => run.reset),
        ofAll((run) => run.silent),
        `${sum((run) => run.failed)} of ${sum((run) => run.requests)}`,
        `${Math.max(...runs.map((run) => run.gapMs)).toFixed(0)} ms`,
    ];
}
