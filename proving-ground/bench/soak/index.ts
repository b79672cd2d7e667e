/** Whether what the load balancer takes of its hosts comes back to a level, however long it runs. */
import { spread } from "../../../shared/report/statistics";
import { markdownTable } from "../../../shared/report/table";
import { count } from "../../../tools/options";
import { benchmark } from "../benchmark";
import { measureSoak, type Soaked } from "./measure";
import { FIGURES, type Sample } from "./sample";

export const soak = benchmark({
    title: "hours of failovers, one a minute, with thousands of watches",
    lab: "own",
    options: {
        duration: count("MINUTES", "how long", { max: 1440, otherwise: 120 }),
        watches: count("N", "how many are held", { max: 10_000, otherwise: 5000 }),
    },
    measure: measureSoak,
    table,
    help: {
        about:
            "Two hosts, a failover a minute in one way or another, API servers replaced every fifth, and watches " +
            "that are made again when they break; looks at memory, files, processes and rules each minute, and " +
            "prints a table.",
        example: "npm run bench -- soak --duration 30 --json s.json",
    },
});

/** Of the first and the last tenth of the time: what grows shows. */
function table({ minutes, watches, first, samples, last }: Soaked): string {
    const tenth = Math.max(1, Math.floor(samples.length / 10));
    const of = (key: keyof Sample, some: Sample[][]): string => {
        const { median, max } = spread(some.flat().map((sample) => sample[key]));
        return `${round(median)} (at most ${round(max)})`;
    };
    const rows = (Object.keys(FIGURES) as (keyof Sample)[]).map((key) => [
        FIGURES[key],
        of(key, [first]),
        of(key, samples.slice(0, tenth)),
        of(key, samples),
        of(key, samples.slice(-tenth)),
        of(key, [last]),
    ]);
    const happened = [...new Set(watches.map(({ event }) => event))].map((event) => {
        const times = watches.filter((each) => each.event === event);
        const stayed = spread(times.map(({ before, after }) => (100 * after) / Math.max(1, before)));
        return `${event}: ${times.length} times, ${round(stayed.median)} % of the watches stayed`;
    });
    return [
        `${minutes} minutes. ${happened.join("; ")}.`,
        markdownTable(
            [
                "of a host",
                "before the first",
                "first tenth",
                "all the time",
                "last tenth",
                "when all watches had ended",
            ],
            rows,
        ),
    ].join("\n\n");
}

const round = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, ""));
