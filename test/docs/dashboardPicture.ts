/** The dashboard's panels, of what a real Prometheus answered to their questions: about as Grafana draws them. */
import { PALETTE } from "../../shared/report/palette";
import { line, path, picture, rect, text, widthOf } from "../../shared/report/svg";
import { ticks } from "../../proving-ground/bench/plots";

/** Answers to all panels' questions, one value each `step` seconds, and null where there is none. */
export interface Recorded {
    /** Seconds since 1970, as `step` is a number of them. */
    start: number;
    step: number;
    panels: { title: string; series: { name: string; values: (number | null)[] }[] }[];
}

export interface Panel {
    title: string;
    type: string;
    gridPos: { x: number; y: number; w: number; h: number };
    fieldConfig: { defaults: { unit: string; custom?: { drawStyle?: string; lineInterpolation?: string } } };
    targets: { expr: string; legendFormat: string }[];
}

/** Of a panel's grid, which is 24 wide. */
const UNIT = { width: 41, height: 26 };
const WIDTH = 24 * UNIT.width + 24;
const TOP = 50;
const STATES = [
    { name: "backup", colour: "#93b4e8" },
    { name: "master", colour: "#3f9d63" },
    { name: "fault", colour: "#dc4c4c" },
];

/** Where a panel's curves are. */
interface Frame {
    left: number;
    right: number;
    top: number;
    bottom: number;
    across: (index: number) => number;
}

export function dashboardPicture(panels: Panel[], recorded: Recorded): string {
    const rows = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h));
    const title = "HA API load balancer";
    return picture(WIDTH, TOP + rows * UNIT.height + 12, title, [
        rect(0, 0, WIDTH, TOP + rows * UNIT.height + 12, { fill: "#f4f5f7" }),
        text(18, 32, title, { "font-size": 18, "font-weight": "bold", fill: PALETTE.ink }),
        ...panels.flatMap((panel) => drawn(panel, recorded)),
    ]);
}

function drawn(panel: Panel, recorded: Recorded): string[] {
    const { x, y, w, h } = panel.gridPos;
    const box = { x: 12 + x * UNIT.width, y: TOP + y * UNIT.height, w: w * UNIT.width, h: h * UNIT.height };
    const series = seriesOf(panel, recorded);
    const isTimeline = panel.type === "state-timeline";
    const count = Math.max(...recorded.panels.flatMap((each) => each.series.map(({ values }) => values.length)));
    const left = box.x + (isTimeline ? 110 : 50);
    const right = box.x + box.w - 22;
    const frame: Frame = {
        left,
        right,
        top: box.y + 40,
        bottom: box.y + box.h - (isTimeline ? 52 : 30 + 18 * legendLines(series, right - left)),
        across: (index) => left + (index / count) * (right - left),
    };
    return [
        rect(box.x + 4, box.y + 4, box.w - 8, box.h - 8, { fill: "#ffffff", stroke: PALETTE.grid, rx: 4 }),
        text(box.x + 16, box.y + 26, panel.title, { "font-size": 14, "font-weight": "bold", fill: PALETTE.ink }),
        ...clock(frame, recorded, count),
        ...(isTimeline ? timeline(frame, series) : curves(frame, panel, series)),
    ];
}

type Series = Recorded["panels"][number]["series"];

/** By names without ports and the one VIP; of bars those alone of which there is one. */
function seriesOf({ title, fieldConfig }: Panel, recorded: Recorded): Series {
    const isBars = fieldConfig.defaults.custom?.drawStyle === "bars";
    return recorded.panels
        .find((each) => each.title === title)!
        .series.filter(({ values }) => !isBars || values.some((value) => value !== null && value > 0))
        .map(({ name, values }) => ({ name: name.replace(/:\d+/g, "").replace(/ \(.*\)$/, ""), values }));
}

function clock({ bottom, top, across }: Frame, { start, step }: Recorded, count: number): string[] {
    const every = [60, 120, 300, 600].find((each) => (count * step) / each <= 8) ?? 3600;
    const parts: string[] = [];
    for (let at = Math.ceil(start / every) * every; at < start + count * step; at += every) {
        const x = across((at - start) / step);
        parts.push(
            line(x, top, x, bottom, { stroke: PALETTE.grid }),
            text(x, bottom + 15, new Date(at * 1000).toISOString().slice(11, 16), {
                "text-anchor": "middle",
                "font-size": 11,
                fill: PALETTE.faint,
            }),
        );
    }
    return parts;
}

function timeline({ left, top, bottom, across }: Frame, series: Series): string[] {
    const height = (bottom - top) / series.length;
    let legend = left;
    return [
        ...series.flatMap(({ name, values }, row) => [
            text(left - 10, top + height * (row + 0.5) + 4, name.split(" ")[0]!, {
                "text-anchor": "end",
                fill: PALETTE.ink,
            }),
            ...runs(values).flatMap(({ from, to, value }) => {
                const state = STATES[value]!;
                const width = across(to) - across(from);
                return [
                    rect(across(from), top + height * row + 4, width, height - 8, { fill: state.colour }),
                    ...(width > widthOf(state.name, 12) + 8
                        ? [
                              text(across(from) + width / 2, top + height * (row + 0.5) + 4, state.name, {
                                  "text-anchor": "middle",
                                  fill: "#ffffff",
                              }),
                          ]
                        : []),
                ];
            }),
        ]),
        ...[...STATES, { name: "says nothing", colour: "#ffffff" }].flatMap(({ name, colour }) => {
            const parts = [
                rect(legend, bottom + 24, 12, 10, { fill: colour, stroke: PALETTE.off }),
                text(legend + 18, bottom + 33, name, { fill: PALETTE.ink }),
            ];
            legend += 18 + widthOf(name, 12) + 22;
            return parts;
        }),
    ];
}

/** Stretches of one value. */
function runs(values: (number | null)[]): { from: number; to: number; value: number }[] {
    const found: { from: number; to: number; value: number }[] = [];
    for (const [index, value] of values.entries()) {
        const last = found.at(-1);
        if (last?.to === index && last.value === value) last.to = index + 1;
        else if (value !== null) found.push({ from: index, to: index + 1, value });
    }
    return found;
}

function curves(frame: Frame, panel: Panel, series: Series): string[] {
    const { left, right, top, bottom } = frame;
    const { unit, custom } = panel.fieldConfig.defaults;
    const all = series.flatMap(({ values }) => values.filter((value) => value !== null));
    const marks = ticks(Math.max(unit === "percentunit" ? 0.01 : 2, ...all), 4);
    const up = (value: number): number => bottom - (value / marks.at(-1)!) * (bottom - top);
    const label = (mark: number): string =>
        unit === "percentunit" ? `${Number((mark * 100).toFixed(2))} %` : String(mark);
    return [
        ...marks.flatMap((mark) => [
            line(left, up(mark), right, up(mark), { stroke: PALETTE.grid }),
            text(left - 6, up(mark) + 4, label(mark), { "text-anchor": "end", "font-size": 11, fill: PALETTE.faint }),
        ]),
        ...series.flatMap(({ values }, index) => {
            const colour = PALETTE.series[index % PALETTE.series.length]!;
            return custom?.drawStyle === "bars"
                ? bars(frame, values, up, { index, of: series.length, colour })
                : [
                      curve(frame, values, up, {
                          colour,
                          isStepped: custom?.lineInterpolation === "stepAfter",
                          // So that what is below it is seen too.
                          dashes: index === 0 ? undefined : "7 5",
                      }),
                  ];
        }),
        ...legendOf(frame, series),
    ];
}

interface Bars {
    index: number;
    of: number;
    colour: string;
}

/** Side by side, as wide as can be seen. */
function bars(
    { across, bottom }: Frame,
    values: (number | null)[],
    up: (value: number) => number,
    bar: Bars,
): string[] {
    const width = Math.max(2, (across(1) - across(0)) / 2);
    return values.flatMap((value, index) =>
        value === null || value === 0
            ? []
            : [
                  rect(across(index) + (bar.index - bar.of / 2) * width, up(value), width, bottom - up(value), {
                      fill: bar.colour,
                  }),
              ],
    );
}

function curve(
    { across }: Frame,
    values: (number | null)[],
    up: (value: number) => number,
    { colour, isStepped, dashes }: { colour: string; isStepped: boolean; dashes: string | undefined },
): string {
    let d = "";
    for (const [index, value] of values.entries()) {
        if (value === null) continue;
        const [x, y] = [across(index).toFixed(1), up(value).toFixed(1)];
        const isNew = (values[index - 1] ?? null) === null;
        if (isNew) d += `M${x} ${y}`;
        else d += isStepped ? `H${x}V${y}` : `L${x} ${y}`;
    }
    return path(d, { fill: "none", stroke: colour, "stroke-width": 1.8, "stroke-dasharray": dashes });
}

const legendWidth = (name: string): number => 18 + widthOf(name, 11) + 10;

function legendLines(series: Series, width: number): number {
    let [lines, x] = [1, 0];
    for (const { name } of series) {
        if (x > 0 && x + legendWidth(name) > width) [lines, x] = [lines + 1, 0];
        x += legendWidth(name);
    }
    return lines;
}

function legendOf({ left, right, bottom }: Frame, series: Series): string[] {
    let [x, y] = [left, bottom + 34];
    return series.flatMap(({ name }, index) => {
        if (x > left && x + legendWidth(name) > right) [x, y] = [left, y + 18];
        const parts = [
            rect(x, y - 6, 12, 4, { fill: PALETTE.series[index % PALETTE.series.length] }),
            text(x + 18, y, name, { "font-size": 11, fill: PALETTE.ink }),
        ];
        x += legendWidth(name);
        return parts;
    });
}
