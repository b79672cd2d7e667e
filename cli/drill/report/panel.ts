/** One fault as a picture: who held the VIP, and what clients noticed, on one time axis. */
import { type FaultRun, figuresOf } from "../figures";
import { doubleHolds, type HostRecord, holdsOf, silencesOf, type Span } from "../hosts/record";
import { line, rect, text, widthOf, wrapped } from "../../../shared/report/svg";
import { at, CONNECTIONS, type Frame, overlaps } from "./frame";
import { headline } from "./headline";
import { connections, keptLane, watchLane } from "./lanes";
import { marks, windowsOf } from "./window";
import { PALETTE } from "../../../shared/report/palette";

const WIDTH = 1240;
const LEFT = 132;
const RIGHT = 20;
/** Between two windows of time. */
const BREAK = 34;
const HEAD = 44;
const SENTENCE = 18;
const HOST = 38;
const THIN = 30;
const AXIS = 34;

export const PANEL_WIDTH = WIDTH;

/** A number stays with its unit. */
const sentences = (run: FaultRun): string[] =>
    wrapped(headline(run, figuresOf(run)).replaceAll(/(\d) (ms|s)\b/g, "$1\u00a0$2"), 13, WIDTH - 32);
const headOf = (run: FaultRun): number => HEAD + SENTENCE * sentences(run).length + 16;

export function panelHeight(run: FaultRun): number {
    return headOf(run) + run.records.length * HOST + CONNECTIONS + THIN * (1 + run.seen.watches.length) + AXIS;
}

/** `which` tells which of several runs is shown. */
export function panel(run: FaultRun, top: number, which = ""): string[] {
    const frames = framesOf(windowsOf(run));
    const lanes = top + headOf(run);
    const bottom = top + panelHeight(run) - AXIS;
    return [
        text(16, top + 24, `${run.fault.title}: ${run.target}${which}`, {
            "font-size": 17,
            "font-weight": "bold",
            fill: PALETTE.ink,
        }),
        ...sentences(run).map((sentence, index) =>
            text(16, top + 44 + SENTENCE * index, sentence, { "font-size": 13, fill: PALETTE.ink }),
        ),
        ...labels(run, lanes),
        ...frames.flatMap((frame) => [
            ...axis(frame, lanes, bottom),
            ...doubles(run, frame, lanes),
            ...run.records.flatMap((record, index) =>
                hostLane(run, record, frame, lanes + index * HOST, PALETTE.hosts[index % PALETTE.hosts.length]!),
            ),
            ...connections(run, frame, lanes + run.records.length * HOST),
            ...keptLane(run, frame, lanes + run.records.length * HOST + CONNECTIONS),
            ...run.seen.watches.flatMap((watch, index) =>
                watchLane(run, watch, frame, lanes + run.records.length * HOST + CONNECTIONS + THIN * (1 + index)),
            ),
            ...moments(run, frame, lanes, bottom),
        ]),
    ];
}

/** The first window is the wider one. */
function framesOf(windows: Span[]): Frame[] {
    const room = WIDTH - LEFT - RIGHT;
    if (windows.length === 1) return [{ ...windows[0]!, left: LEFT, width: room }];
    const first = (room - BREAK) * 0.6;
    return [
        { ...windows[0]!, left: LEFT, width: first },
        { ...windows[1]!, left: LEFT + first + BREAK, width: room - BREAK - first },
    ];
}

function labels({ records, seen }: FaultRun, lanes: number): string[] {
    const label = (y: number, words: string, more = ""): string =>
        text(16, y, words, { fill: PALETTE.ink, "font-weight": more === "" ? undefined : more });
    const below = lanes + records.length * HOST;
    return [
        ...records.map(({ host }, index) =>
            text(16, lanes + index * HOST + 29, host, {
                fill: PALETTE.hosts[index % PALETTE.hosts.length],
                "font-weight": "bold",
                "font-size": 13,
            }),
        ),
        label(below + 52, "new connections"),
        text(16, below + 66, "one every 5 ms", { fill: PALETTE.faint, "font-size": 10 }),
        label(below + CONNECTIONS + 20, "kept connection"),
        ...seen.watches.map((_watch, index) =>
            label(
                below + CONNECTIONS + THIN * (1 + index) + 20,
                seen.watches.length === 1 ? "watch" : `watch ${index + 1}`,
            ),
        ),
    ];
}

function axis(frame: Frame, top: number, bottom: number): string[] {
    const fine = frame.to - frame.from < 1500;
    const words = (time: number): string => {
        if (time === 0) return "0";
        return Math.abs(time) < 1000 ? `${time} ms` : `${(time / 1000).toFixed(fine ? 2 : 1)} s`;
    };
    return [
        rect(frame.left, top, frame.width, bottom - top, { fill: "none", stroke: PALETTE.grid }),
        ...marks(frame, Math.max(3, frame.width / 100)).flatMap((time) => [
            line(at(frame, time), top, at(frame, time), bottom, { stroke: PALETTE.grid }),
            text(at(frame, time), bottom + 15, words(time), {
                fill: PALETTE.faint,
                "font-size": 11,
                "text-anchor": "middle",
            }),
        ]),
    ];
}

/** The fault and the return, each with its word above all lanes. */
function moments({ fault, injectedAt, returnedAt }: FaultRun, frame: Frame, top: number, bottom: number): string[] {
    const back = returnedAt - injectedAt;
    const words = { reverted: "reverted", timer: "reverted by the host's timer", self: "failed part is back" }[
        fault.recovery
    ];
    const mark = (time: number, colour: string, label: string): string[] => {
        if (time < frame.from || time > frame.to) return [];
        const x = at(frame, time);
        const room = frame.left + frame.width - x;
        const end = room < widthOf(label, 11) + 6;
        return [
            line(x, top - 10, x, bottom, { stroke: colour, "stroke-width": 1.5, "stroke-dasharray": "5 3" }),
            text(end ? x - 4 : x + 4, top - 4, label, {
                fill: colour,
                "font-size": 11,
                "font-weight": "bold",
                "text-anchor": end ? "end" : undefined,
            }),
        ];
    };
    // Where both are close together their words would be on top of each other.
    const near = Math.abs(at(frame, back) - at(frame, 0)) < widthOf("fault", 11) + 12;
    return [
        ...mark(0, PALETTE.bad, fault.inDefaultDrill === true ? "begins" : "fault"),
        ...(near && back <= frame.to && frame.from <= 0 ? [] : mark(back, PALETTE.good, words)),
    ];
}

function doubles({ records, injectedAt }: FaultRun, frame: Frame, top: number): string[] {
    return doubleHolds(records)
        .map(({ from, to }) => ({ from: from - injectedAt, to: to - injectedAt }))
        .filter((span) => overlaps(frame, span))
        .map(({ from, to }) =>
            rect(at(frame, from), top, at(frame, to) - at(frame, from), records.length * HOST, { fill: PALETTE.both }),
        );
}

function hostLane(run: FaultRun, record: HostRecord, frame: Frame, top: number, colour: string): string[] {
    const shift = ({ from, to }: Span): Span => ({ from: from - run.injectedAt, to: to - run.injectedAt });
    const bar = (span: Span, more: Record<string, string | number>): string =>
        rect(at(frame, span.from), top + 18, Math.max(2, at(frame, span.to) - at(frame, span.from)), 15, more);
    const holds = holdsOf(record)
        .map(shift)
        .filter((span) => overlaps(frame, span));
    // The end of the record is no silence.
    const silences = silencesOf(
        record,
        record.sessions[0]?.from ?? run.injectedAt,
        Math.min(run.endedAt, Math.max(...run.records.flatMap(({ sessions }) => sessions.map(({ to }) => to)))),
    )
        .filter(({ from, to }) => to - from > 200)
        .map(shift)
        .filter((span) => overlaps(frame, span));
    const events = record.sessions
        .flatMap(({ events: all }) => all)
        .filter(({ kind }) => kind === "state" || kind === "note")
        .map((event) => ({ ...event, time: event.at - run.injectedAt }))
        .filter(({ time }) => time >= frame.from && time <= frame.to);
    return [
        line(frame.left, top + 25.5, frame.left + frame.width, top + 25.5, { stroke: PALETTE.grid }),
        ...silences.flatMap((span) => [
            bar(span, { fill: PALETTE.off }),
            ...inside(frame, span, top + 29.5, "no word from it", PALETTE.ink),
        ]),
        ...holds.flatMap((span) => [
            bar(span, { fill: colour, rx: 2 }),
            ...inside(frame, span, top + 29.5, "holds the VIP", "#ffffff"),
        ]),
        ...events.map(({ time, kind }) =>
            line(at(frame, time), top + 14, at(frame, time), top + 36, {
                stroke: PALETTE.ink,
                "stroke-width": kind === "state" ? 1.5 : 0.7,
            }),
        ),
        ...placed(
            frame,
            events.filter(({ kind }) => kind === "state").map(({ time, text: words }) => ({ time, words })),
            top + 12,
        ),
    ];
}

/** A word on a bar, where it fits. */
function inside(frame: Frame, span: Span, y: number, words: string, fill: string): string[] {
    const [from, to] = [at(frame, span.from), at(frame, span.to)];
    return to - from < widthOf(words, 11) + 10
        ? []
        : [text((from + to) / 2, y, words, { fill, "font-size": 11, "text-anchor": "middle" })];
}

/** Labels that do not touch each other: what finds no room is left out, its mark stays. */
function placed(frame: Frame, all: { time: number; words: string }[], y: number): string[] {
    let free = frame.left;
    return all.flatMap(({ time, words }) => {
        const width = widthOf(words, 10);
        const x = Math.min(Math.max(at(frame, time) - 2, free), frame.left + frame.width - width);
        if (x < free || x > at(frame, time) + 24) return [];
        free = x + width + 4;
        return [text(x, y, words, { fill: PALETTE.ink, "font-size": 10 })];
    });
}
