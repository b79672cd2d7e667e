/** Bar and line charts, as SVG. */
import { PALETTE } from "../../shared/report/palette";
import { spread } from "../../shared/report/statistics";
import { circle, line, picture, polyline, rect, text } from "../../shared/report/svg";

export interface BarChart {
    title: string;
    /** Of the values. */
    unit: string;
    groups: { name: string; bars: { name: string; values: number[] }[] }[];
    /** A value to stay below, or above, drawn across. */
    goal?: { value: number; name: string };
}

const BARS = { width: 720, left: 210, right: 70, row: 20, head: 22 };

/** A bar to the median, with a dot for every single run. */
export function barChart({ title, unit, groups, goal }: BarChart): string {
    const all = groups.flatMap(({ bars }) => bars.flatMap(({ values }) => values));
    const marks = ticks(Math.max(...all, goal?.value ?? 0));
    const names = [...new Set(groups.flatMap(({ bars }) => bars.map(({ name }) => name)))];
    const across = (value: number): number =>
        BARS.left + (value / marks.at(-1)!) * (BARS.width - BARS.left - BARS.right);
    const content: string[] = [];
    let y = 44;
    for (const group of groups) {
        content.push(text(12, y + 14, group.name, { "font-weight": "bold" }));
        y += BARS.head;
        for (const { name, values } of group.bars) {
            const { median } = spread(values);
            const colour = PALETTE.series[names.indexOf(name) % PALETTE.series.length]!;
            content.push(
                text(BARS.left - 8, y + 13, name, { "text-anchor": "end" }),
                rect(BARS.left, y + 3, across(median) - BARS.left, BARS.row - 6, { fill: colour }),
                ...values.map((value) =>
                    circle(across(value), y + BARS.row / 2, 2.5, { fill: PALETTE.ink, "fill-opacity": 0.75 }),
                ),
                text(Math.max(across(median), ...values.map(across)) + 8, y + 14, short(median)),
            );
            y += BARS.row;
        }
        y += 8;
    }
    const grid = marks.flatMap((mark) => [
        line(across(mark), 40, across(mark), y, { stroke: PALETTE.grid }),
        text(across(mark), y + 16, String(mark), { "text-anchor": "middle", fill: PALETTE.faint }),
    ]);
    const limit =
        goal === undefined
            ? []
            : [
                  line(across(goal.value), 40, across(goal.value), y, { stroke: PALETTE.bad, "stroke-width": 1.5 }),
                  text(across(goal.value) + 4, 38, goal.name, { fill: PALETTE.bad, "font-size": 11 }),
              ];
    return picture(BARS.width, y + 44, title, [
        text(12, 24, title, { "font-size": 15, "font-weight": "bold" }),
        ...grid,
        ...content,
        ...limit,
        text(BARS.left + (BARS.width - BARS.left - BARS.right) / 2, y + 36, unit, { "text-anchor": "middle" }),
    ]);
}

function short(value: number): string {
    if (value >= 100) return value.toFixed(0);
    return value.toFixed(value >= 10 ? 1 : 2);
}

export interface LineChart {
    title: string;
    x: string;
    y: string;
    /** For sizes that grow by factors. */
    logarithmicX: boolean;
    series: { name: string; points: { x: number; y: number; min: number; max: number }[] }[];
}

const FRAME = { width: 640, height: 360, left: 60, right: 130, top: 40, bottom: 50 };

/** Medians joined by lines, each with a bar from the minimum to the maximum. The vertical axis starts at 0. */
export function lineChart({ title, x, y, logarithmicX, series }: LineChart): string {
    const all = series.flatMap(({ points }) => points);
    const sizes = [...new Set(all.map((point) => point.x))].sort((a, b) => a - b);
    const marks = ticks(Math.max(...all.map(({ max }) => max)));
    const scale = logarithmicX ? Math.log : (value: number): number => value;
    const [first, last] = [scale(sizes[0]!), scale(sizes.at(-1)!)];
    const width = FRAME.width - FRAME.left - FRAME.right;
    const height = FRAME.height - FRAME.top - FRAME.bottom;
    const across = (value: number): number =>
        FRAME.left + 12 + ((scale(value) - first) / (last - first)) * (width - 24);
    const up = (value: number): number => FRAME.top + height - (value / marks.at(-1)!) * height;
    return picture(FRAME.width, FRAME.height, title, [
        text(FRAME.left, 24, title, { "font-size": 15, "font-weight": "bold" }),
        ...marks.flatMap((mark) => [
            line(FRAME.left, up(mark), FRAME.left + width, up(mark), { stroke: PALETTE.grid }),
            text(FRAME.left - 8, up(mark) + 4, String(mark), { "text-anchor": "end", fill: PALETTE.faint }),
        ]),
        ...sizes.map((size) =>
            text(across(size), FRAME.top + height + 18, String(size), { "text-anchor": "middle", fill: PALETTE.faint }),
        ),
        text(FRAME.left + width / 2, FRAME.height - 12, logarithmicX ? `${x} (logarithmic)` : x, {
            "text-anchor": "middle",
        }),
        text(18, FRAME.top + height / 2, y, {
            "text-anchor": "middle",
            transform: `rotate(-90 18 ${FRAME.top + height / 2})`,
        }),
        ...series.flatMap(({ name, points }, index) => {
            const colour = PALETTE.series[index % PALETTE.series.length]!;
            return [
                polyline(
                    points.map((point) => [across(point.x), up(point.y)]),
                    { stroke: colour, "stroke-width": 2 },
                ),
                ...points.flatMap((point) => [
                    line(across(point.x), up(point.min), across(point.x), up(point.max), {
                        stroke: colour,
                        "stroke-width": 2,
                    }),
                    circle(across(point.x), up(point.y), 4, { fill: colour, "fill-opacity": 0.75 }),
                ]),
                line(
                    FRAME.width - FRAME.right + 8,
                    FRAME.top + 8 + index * 20,
                    FRAME.width - FRAME.right + 26,
                    FRAME.top + 8 + index * 20,
                    { stroke: colour, "stroke-width": 3 },
                ),
                text(FRAME.width - FRAME.right + 32, FRAME.top + 12 + index * 20, name),
            ];
        }),
    ]);
}

/** About `count` round numbers from 0 to at least `max`. */
export function ticks(max: number, count = 5): number[] {
    if (!(max > 0)) return [0, 1];
    const rough = max / count;
    const magnitude = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((candidate) => candidate >= rough)!;
    return Array.from({ length: Math.ceil(max / step - 1e-9) + 1 }, (_, index) =>
        Number((index * step).toPrecision(12)),
    );
}
