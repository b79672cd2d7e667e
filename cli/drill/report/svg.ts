/** The picture of a drill: a panel for each fault; of several runs the one with the median gap. */
import { type FaultRun, figuresOf } from "../figures";
import { line, path, picture, rect, text, widthOf } from "../../../shared/report/svg";
import { PALETTE } from "../../../shared/report/palette";
import { panel, PANEL_WIDTH, panelHeight } from "./panel";

const HEAD = 66;
const SPACE = 22;

export function svgOf(vip: string, runs: FaultRun[]): string {
    const names = [...new Set(runs.map(({ fault }) => fault.name))];
    const shown = names.map((name) => medianOf(runs.filter(({ fault }) => fault.name === name)));
    let top = HEAD;
    const panels = shown.flatMap(({ run, which }) => {
        const parts = [line(16, top, PANEL_WIDTH - 16, top, { stroke: PALETTE.grid }), ...panel(run, top, which)];
        top += panelHeight(run) + SPACE;
        return parts;
    });
    const title = `Failover drill on ${vip}`;
    return picture(PANEL_WIDTH, top, title, [
        text(16, 30, title, { "font-size": 21, "font-weight": "bold", fill: PALETTE.ink }),
        ...legend(),
        ...panels,
    ]);
}

function medianOf(runs: FaultRun[]): { run: FaultRun; which: string } {
    const sorted = runs.map((run) => ({ run, gap: figuresOf(run).outage.longestGap })).sort((a, b) => a.gap - b.gap);
    const { run } = sorted[Math.floor((sorted.length - 1) / 2)]!;
    return { run, which: runs.length === 1 ? "" : `, run ${run.run} of ${runs.length}, the median one` };
}

function legend(): string[] {
    const entries: [draw: (x: number) => string, words: string][] = [
        [(x) => rect(x, 44, 16, 10, { fill: PALETTE.hosts[0], rx: 2 }), "holds the VIP"],
        [(x) => rect(x, 44, 16, 10, { fill: PALETTE.off }), "no word from the host"],
        [(x) => rect(x, 44, 16, 10, { fill: PALETTE.both, stroke: "#fcd34d" }), "split-brain"],
        [
            (x) =>
                path(`M${x + 3} 55V50M${x + 8} 55V49M${x + 13} 55V50`, { stroke: PALETTE.good, "stroke-width": 1.6 }),
            "answered (height: after how long, to 2 s)",
        ],
        [
            (x) => path(`M${x + 4} 55V44M${x + 10} 55V44`, { stroke: PALETTE.slow, "stroke-width": 1.6 }),
            "delayed, more than 250 ms",
        ],
        [(x) => path(`M${x + 4} 55V42M${x + 10} 55V42`, { stroke: PALETTE.bad, "stroke-width": 1.6 }), "failed"],
        [
            (x) =>
                path(`M${x + 3} 44L${x + 13} 54M${x + 13} 44L${x + 3} 54`, { stroke: PALETTE.bad, "stroke-width": 2 }),
            "watch broke",
        ],
        [(x) => rect(x, 42, 16, 14, { fill: PALETTE.stall, stroke: PALETTE.off }), "client held up"],
    ];
    let x = 16;
    return entries.flatMap(([draw, words]) => {
        const parts = [draw(x), text(x + 22, 54, words, { fill: PALETTE.ink, "font-size": 12 })];
        x += 22 + widthOf(words, 12) + 12;
        return parts;
    });
}
