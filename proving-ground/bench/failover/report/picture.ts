/**
 * A comparison as a picture: a panel for each measure, a line for each set-up, a dot for each run, on a logarithmic
 * scale of time.
 */
import { goalOf, type Measure, measures, valueOf } from "../measures";
import type { Comparison, SetUpFacts } from "../results";
import { spread } from "../../../../shared/report/statistics";
import { PALETTE } from "../../../../shared/report/palette";
import { circle, line, path, picture as svg, rect, text } from "../../../../shared/report/svg";

const COLUMNS = 3;
const LABELS = 280;
const PANEL = { width: 300, gap: 26, head: 34, foot: 26 };
const LINE = 19;
const HEAD = 92;

/** Milliseconds at both ends of the scale; what is 0 has a place of its own to the left of it. */
const SCALE = { from: 5, to: 20_000, zero: 26 };
const TICKS: [number, string][] = [
    [10, "10 ms"],
    [100, "0.1 s"],
    [1000, "1 s"],
    [10_000, "10 s"],
];

const TITLE = "What clients of the Kubernetes API notice when something fails";

export function picture(comparison: Comparison): string {
    const setUps = comparison.setUps.filter(({ broken }) => broken === undefined);
    const shown = measures.filter(({ name }) => comparison.results.some(({ measure }) => measure === name));
    const height = PANEL.head + setUps.length * LINE + PANEL.foot;
    const parts = shown.map((measure, index) => {
        const column = index % COLUMNS;
        const x = LABELS + column * (PANEL.width + PANEL.gap);
        const y = HEAD + Math.floor(index / COLUMNS) * (height + 14);
        return panel(comparison, setUps, measure, x, y, column === 0);
    });
    const width = LABELS + Math.min(COLUMNS, Math.max(1, shown.length)) * (PANEL.width + PANEL.gap);
    return svg(width, HEAD + Math.ceil(shown.length / COLUMNS) * (height + 14), TITLE, [
        ...heading(comparison),
        ...parts.flat(),
    ]);
}

function heading({ runs, date }: Comparison): string[] {
    const words = (x: number, y: number, content: string): string =>
        text(x, y, content, { "font-size": 12, fill: PALETTE.ink });
    const note =
        "Time without a good new connection; for API servers, time until the last bad one. Shorter is better. " +
        `${runs === 1 ? "One run" : `${runs} runs`} of each, side by side in one lab, ${date.slice(0, 10)}.`;
    const y = 70;
    return [
        text(16, 26, TITLE, { "font-size": 18, "font-weight": "bold", fill: PALETTE.ink }),
        text(16, 47, note, { "font-size": 12, fill: PALETTE.faint }),
        circle(22, y, 3, { fill: PALETTE.other, "fill-opacity": 0.5 }),
        words(32, y + 4, "a run"),
        line(92, y - 7, 92, y + 7, { stroke: PALETTE.other, "stroke-width": 2.5 }),
        words(100, y + 4, "median"),
        triangle(174, y, PALETTE.other),
        words(186, y + 4, "longer than this: not over when watching ended"),
        line(506, y - 8, 506, y + 8, { stroke: PALETTE.goal, "stroke-width": 1.5, "stroke-dasharray": "4 2" }),
        words(516, y + 4, "goal of this project: left of the line"),
        words(770, y + 4, "none: no connection failed"),
    ];
}

function panel(
    comparison: Comparison,
    setUps: SetUpFacts[],
    measure: Measure,
    x: number,
    y: number,
    labelled: boolean,
): string[] {
    const top = y + PANEL.head;
    const bottom = top + setUps.length * LINE;
    const grid = TICKS.flatMap(([at, label]) => [
        line(x + position(at), top, x + position(at), bottom, { stroke: PALETTE.grid }),
        text(x + position(at), bottom + 15, label, { "font-size": 10, fill: PALETTE.faint, "text-anchor": "middle" }),
    ]);
    return [
        text(x, y + 22, `${measure.title[0]!.toUpperCase()}${measure.title.slice(1)}`, {
            "font-size": 13,
            "font-weight": "bold",
            fill: PALETTE.ink,
        }),
        rect(x, top, PANEL.width, bottom - top, { fill: "none", stroke: PALETTE.grid }),
        line(x + SCALE.zero, top, x + SCALE.zero, bottom, { stroke: PALETTE.grid }),
        text(x + SCALE.zero / 2, bottom + 15, "none", {
            "font-size": 10,
            fill: PALETTE.faint,
            "text-anchor": "middle",
        }),
        ...grid,
        ...setUps.flatMap((setUp, index) =>
            setUpLine(comparison, setUp, measure, x, top + (index + 0.5) * LINE, labelled),
        ),
    ];
}

/** One set-up in one panel. */
function setUpLine(
    { results }: Comparison,
    setUp: SetUpFacts,
    measure: Measure,
    x: number,
    y: number,
    labelled: boolean,
): string[] {
    const colour = setUp.name.startsWith("ours") ? PALETTE.ours : PALETTE.other;
    const runs = results.filter((run) => run.measure === measure.name && run.setUp === setUp.name);
    const dots = runs.map((run, index) => {
        const at = x + position(valueOf(measure, run));
        // Spread a little over the line, always the same way, so that equal runs do not hide each other.
        const lift = runs.length === 1 ? 0 : (((index * 7) % 10) / 9 - 0.5) * (LINE - 9);
        return run.unfinished
            ? triangle(at, y + lift, colour)
            : circle(at, y + lift, 3, { fill: colour, "fill-opacity": 0.5 });
    });
    const label = labelled
        ? [text(x - 10, y + 4, setUp.title, { "font-size": 11, fill: colour, "text-anchor": "end" })]
        : [];
    if (runs.length === 0) return label;
    const median = x + position(spread(runs.map((run) => valueOf(measure, run))).median);
    return [
        ...label,
        ...goalLine(measure, setUp, x, y),
        ...dots,
        line(median, y - 7, median, y + 7, { stroke: colour, "stroke-width": 2.5 }),
    ];
}

function goalLine(measure: Measure, setUp: SetUpFacts, x: number, y: number): string[] {
    const goal = goalOf(measure, setUp);
    if (goal === undefined) return [];
    const at = x + (goal.noFailure === undefined ? position(goal.median ?? goal.max ?? 0) : SCALE.zero);
    return [
        line(at, y - LINE / 2, at, y + LINE / 2, {
            stroke: PALETTE.goal,
            "stroke-width": 1.5,
            "stroke-dasharray": "4 2",
        }),
    ];
}

function triangle(x: number, y: number, colour: string): string {
    return path(`M${x - 4} ${y - 4.5} L${x + 5} ${y} L${x - 4} ${y + 4.5} Z`, { fill: colour, "fill-opacity": 0.7 });
}

/** Where a time is in a panel, from its left edge. */
export function position(milliseconds: number): number {
    if (milliseconds <= 0) return SCALE.zero / 2;
    const within = Math.min(SCALE.to, Math.max(SCALE.from, milliseconds));
    const share = Math.log(within / SCALE.from) / Math.log(SCALE.to / SCALE.from);
    return Math.round((SCALE.zero + 6 + share * (PANEL.width - SCALE.zero - 12)) * 10) / 10;
}
