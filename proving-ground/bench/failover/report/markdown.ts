/** A comparison as Markdown: an overview, then each measure with all its figures, then what is compared. */
import { milliseconds } from "../../../../shared/report/duration";
import { markdownTable } from "../../../../shared/report/table";
import { type Goal, measures } from "../measures";
import type { Comparison } from "../results";
import { type Row, summary } from "../measures";

export function markdown(comparison: Comparison): string {
    const rows = summary(comparison);
    return [overview(comparison, rows), ...details(rows), setUps(comparison), missed(comparison)]
        .filter((part) => part !== "")
        .join("\n\n");
}

/** The median of everything, a line for each set-up. */
export function overview({ setUps }: Pick<Comparison, "setUps">, rows: Row[]): string {
    const shown = measures.filter((measure) => rows.some((row) => row.measure === measure));
    const lines = setUps
        .filter(({ broken }) => broken === undefined)
        .map((setUp) => [
            setUp.title,
            ...shown.map((measure) => {
                const row = rows.find((each) => each.measure === measure && each.setUp.name === setUp.name);
                return row === undefined ? "" : median(row);
            }),
        ]);
    return markdownTable(["median", ...shown.map(({ title }) => title)], lines);
}

function details(rows: Row[]): string[] {
    return measures.flatMap((measure) => {
        const own = rows.filter((row) => row.measure === measure);
        if (own.length === 0) return [];
        const what = {
            gap: "longest time without a good new connection",
            rotation: "time until the last new connection that failed or took over 0.25 s",
            answers: "time within which 99 of 100 new connections were answered",
        }[measure.kind];
        const lines = own.map((row) => [
            row.setUp.title,
            `${row.value.runs}${row.disturbed === 0 ? "" : ` (${row.disturbed} disturbed)`}`,
            median(row),
            milliseconds(row.value.min),
            max(row),
            `${row.failed.median} (${row.failed.max})`,
            `${row.delayed.median} (${row.delayed.max})`,
            told(row),
            row.goal === undefined ? "" : goalText(row.goal),
            { undefined: "", true: "yes", false: "**no**" }[String(row.reached)] ?? "",
        ]);
        const heads = [
            "set-up",
            "runs",
            "median",
            "min",
            "max",
            "failed (max)",
            "delayed (max)",
            "watch event",
            "wanted",
            "reached",
        ];
        return [
            `**${measure.title[0]!.toUpperCase()}${measure.title.slice(1)}**: ${what}\n\n${markdownTable(heads, lines)}`,
        ];
    });
}

/** "0" where nothing ever failed; ">" where more than half of the runs were not over when watching ended. */
function median({ value, unfinished }: Row): string {
    if (value.max === 0) return "0";
    return `${unfinished * 2 > value.runs ? "> " : ""}${milliseconds(value.median)}`;
}

const max = ({ value, unfinished }: Row): string => `${unfinished > 0 ? "> " : ""}${milliseconds(value.max)}`;

/** After which time, and in how many of the runs if not in all of them. */
function told({ told, value }: Row): string {
    if (told === undefined) return "never";
    return told.runs === value.runs
        ? milliseconds(told.median)
        : `${milliseconds(told.median)} (${told.runs} of ${value.runs})`;
}

/** Describes the goal. */
export function goalText({ median, max, noFailure }: Goal): string {
    const atMost = median === undefined ? "at most" : "worst at most";
    const parts = [
        median === undefined ? [] : [`median at most ${milliseconds(median)}`],
        max === undefined ? [] : [`${atMost} ${milliseconds(max)}`],
        noFailure === undefined ? [] : ["no failed connection"],
    ];
    return parts.flat().join(", ");
}

function setUps({ setUps }: Comparison): string {
    return setUps
        .map(({ name, title, changes, broken }) =>
            [
                `- ${title} (\`${name}\`)${broken === undefined ? "" : `: **does not work**: ${broken}`}`,
                ...changes.map((change) => `  - ${change}`),
            ].join("\n"),
        )
        .join("\n");
}

function missed({ missed }: Comparison): string {
    if (missed.length === 0) return "";
    const rows = missed.map(({ run, setUp, event, reason }) => `- run ${run}, ${setUp}, ${event}: ${reason}`);
    return `Runs that could not be made:\n\n${rows.join("\n")}`;
}
