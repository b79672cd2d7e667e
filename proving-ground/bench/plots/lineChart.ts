import { PALETTE } from "../../../shared/report/palette";
import { circle, line, picture, polyline, text } from "../../../shared/report/svg";
import { ticks } from "./ticks";

export interface LineChart {
    title: string;
    x: string;
    y: string;
    /** For sizes that grow by factors. */
    logarithmicX: boolean;
    series: { name: string; points: { x: number; y: number; min: number; max: number }[] }[];
}

const WIDTH = 640;
const HEIGHT = 360;
const FRAME = { left: 60, right: 130, top: 40, bottom: 50 };

/** Medians joined by lines, each with a bar from the minimum to the maximum. The vertical axis starts at 0. */
export function lineChart({ title, x, y, logarithmicX, series }: LineChart): string {
    const all = series.flatMap(({ points }) => points);
    const sizes = [...new Set(all.map((point) => point.x))].sort((a, b) => a - b);
    const marks = ticks(Math.max(...all.map(({ max }) => max)));
    const scale = logarithmicX ? Math.log : (value: number): number => value;
    const [first, last] = [scale(sizes[0]!), scale(sizes.at(-1)!)];
    const width = WIDTH - FRAME.left - FRAME.right;
    const height = HEIGHT - FRAME.top - FRAME.bottom;
    const across = (value: number): number =>
        FRAME.left + 12 + ((scale(value) - first) / (last - first)) * (width - 24);
    const up = (value: number): number => FRAME.top + height - (value / marks.at(-1)!) * height;
    return picture(WIDTH, HEIGHT, title, [
        text(FRAME.left, 24, title, { "font-size": 15, "font-weight": "bold" }),
        ...marks.flatMap((mark) => [
            line(FRAME.left, up(mark), FRAME.left + width, up(mark), { stroke: PALETTE.grid }),
            text(FRAME.left - 8, up(mark) + 4, String(mark), { "text-anchor": "end", fill: PALETTE.faint }),
        ]),
        ...sizes.map((size) =>
            text(across(size), FRAME.top + height + 18, String(size), { "text-anchor": "middle", fill: PALETTE.faint }),
        ),
        text(FRAME.left + width / 2, HEIGHT - 12, logarithmicX ? `${x} (logarithmic)` : x, { "text-anchor": "middle" }),
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
                    WIDTH - FRAME.right + 8,
                    FRAME.top + 8 + index * 20,
                    WIDTH - FRAME.right + 26,
                    FRAME.top + 8 + index * 20,
                    { stroke: colour, "stroke-width": 3 },
                ),
                text(WIDTH - FRAME.right + 32, FRAME.top + 12 + index * 20, name),
            ];
        }),
    ]);
}
