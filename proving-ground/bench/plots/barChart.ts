import { PALETTE } from "../../../shared/report/palette";
import { circle, line, picture, rect, text } from "../../../shared/report/svg";
import { ticks } from "./ticks";
import { spread } from "../../../shared/report/statistics";

export interface BarChart {
    title: string;
    /** Of the values. */
    unit: string;
    groups: { name: string; bars: { name: string; values: number[] }[] }[];
    /** A value to stay below, or above, drawn across. */
    goal?: { value: number; name: string };
}

const WIDTH = 720;
const LEFT = 210;
const RIGHT = 70;
const ROW = 20;
const HEAD = 22;

/** A bar to the median, with a dot for every single run. */
export function barChart({ title, unit, groups, goal }: BarChart): string {
    const all = groups.flatMap(({ bars }) => bars.flatMap(({ values }) => values));
    const marks = ticks(Math.max(...all, goal?.value ?? 0));
    const names = [...new Set(groups.flatMap(({ bars }) => bars.map(({ name }) => name)))];
    const across = (value: number): number => LEFT + (value / marks.at(-1)!) * (WIDTH - LEFT - RIGHT);
    const content: string[] = [];
    let y = 44;
    for (const group of groups) {
        content.push(text(12, y + 14, group.name, { "font-weight": "bold" }));
        y += HEAD;
        for (const { name, values } of group.bars) {
            const { median } = spread(values);
            const colour = PALETTE.series[names.indexOf(name) % PALETTE.series.length]!;
            content.push(
                text(LEFT - 8, y + 13, name, { "text-anchor": "end" }),
                rect(LEFT, y + 3, across(median) - LEFT, ROW - 6, { fill: colour }),
                ...values.map((value) =>
                    circle(across(value), y + ROW / 2, 2.5, { fill: PALETTE.ink, "fill-opacity": 0.75 }),
                ),
                text(Math.max(across(median), ...values.map(across)) + 8, y + 14, short(median)),
            );
            y += ROW;
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
    return picture(WIDTH, y + 44, title, [
        text(12, 24, title, { "font-size": 15, "font-weight": "bold" }),
        ...grid,
        ...content,
        ...limit,
        text(LEFT + (WIDTH - LEFT - RIGHT) / 2, y + 36, unit, { "text-anchor": "middle" }),
    ]);
}

function short(value: number): string {
    if (value >= 100) return value.toFixed(0);
    return value.toFixed(value >= 10 ? 1 : 2);
}
