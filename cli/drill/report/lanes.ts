/** What clients noticed, as lanes of a panel: new connections, a kept one, watches. */
import { type Attempt, gapsOf, type WatchLog } from "../../../shared/probe/observations";
import { milliseconds } from "../../../shared/report/duration";
import { PALETTE } from "../../../shared/report/palette";
import { circle, line, path, rect, text, widthOf } from "../../../shared/report/svg";
import { DELAYED_MS, type FaultRun, usualOf } from "../figures";
import type { Span } from "../hosts/record";
import { at, CONNECTIONS, type Frame, overlaps } from "./frame";

function colourOf({ error, took }: Attempt): string {
    if (error !== undefined) return PALETTE.bad;
    return took > DELAYED_MS ? PALETTE.slow : PALETTE.good;
}

/**
 * Every attempt a stroke as high as it took, on a scale that shows both 2 ms and 2 s; the longest gap as a bracket
 * above.
 */
export function connections(run: FaultRun, frame: Frame, top: number): string[] {
    const base = top + CONNECTIONS - 6;
    const full = 46;
    const strokes = new Map<string, string>();
    for (const attempt of run.seen.attempts) {
        const time = attempt.at - run.injectedAt;
        if (time < frame.from || time > frame.to) continue;
        const height =
            attempt.error !== undefined
                ? full
                : Math.min(full, Math.max(3, (Math.log10(1 + attempt.took) / Math.log10(2001)) * full));
        const x = at(frame, time).toFixed(1);
        strokes.set(
            colourOf(attempt),
            `${strokes.get(colourOf(attempt)) ?? ""}M${x} ${base}V${(base - height).toFixed(1)}`,
        );
    }
    const gaps = gapsOf(run.seen.attempts, DELAYED_MS)
        .map(({ from, to }) => ({ from: from - run.injectedAt, to: to - run.injectedAt }))
        .filter((gap) => overlaps(frame, gap))
        .sort((a, b) => b.to - b.from - (a.to - a.from));
    const [longest] = gaps;
    const stalls = run.seen.stalls
        .map(({ at: began, took }) => ({ from: began - run.injectedAt, to: began + took - run.injectedAt }))
        .filter((span) => overlaps(frame, span));
    return [
        ...stalls.map((span) =>
            rect(at(frame, span.from), base - full, at(frame, span.to) - at(frame, span.from), full, {
                fill: PALETTE.stall,
            }),
        ),
        line(frame.left, base, frame.left + frame.width, base, { stroke: PALETTE.grid }),
        // Bad ones on top of good ones.
        ...[PALETTE.good, PALETTE.slow, PALETTE.bad].flatMap((stroke) =>
            strokes.has(stroke) ? [path(strokes.get(stroke)!, { stroke, "stroke-width": 1.3, fill: "none" })] : [],
        ),
        ...(longest === undefined
            ? []
            : bracket(
                  frame,
                  longest,
                  top + 22,
                  `${milliseconds(longest.to - longest.from)} without an answer`,
                  PALETTE.bad,
              )),
    ];
}

function bracket(frame: Frame, span: Span, y: number, words: string, colour: string): string[] {
    const [from, to] = [at(frame, span.from), at(frame, span.to)];
    const half = widthOf(words, 12) / 2;
    const middle = Math.min(Math.max((from + to) / 2, frame.left + half + 4), frame.left + frame.width - half - 4);
    return [
        path(`M${from.toFixed(1)} ${y + 7}V${y}H${Math.max(to, from + 2).toFixed(1)}V${y + 7}`, {
            stroke: colour,
            "stroke-width": 1.6,
            fill: "none",
        }),
        text(middle, y - 5, words, { fill: colour, "font-size": 12, "font-weight": "bold", "text-anchor": "middle" }),
    ];
}

/** A line as long as answers come; where they do not, the time until the next one. */
export function keptLane({ seen: { keptAlive }, injectedAt }: FaultRun, frame: Frame, top: number): string[] {
    const answers = keptAlive.attempts
        .filter(({ error }) => error === undefined)
        .map(({ at: began, took }) => began + took);
    const failed = keptAlive.attempts.filter(({ error }) => error !== undefined).map(({ at: began }) => began);
    return steady(
        frame,
        top,
        answers,
        injectedAt,
        (from, to) => failed.some((each) => each >= from - 50 && each <= to) || to - from > DELAYED_MS,
    );
}

export function watchLane(
    { injectedAt, seen: { watches } }: FaultRun,
    { events, breaks }: WatchLog,
    frame: Frame,
    top: number,
): string[] {
    const usual = usualOf(watches);
    const lost = (from: number, to: number): boolean =>
        breaks.some(({ at: broke }) => broke >= from && broke <= to) || to - from > Math.max(500, usual * 4);
    const crosses = breaks
        .map(({ at: broke }) => broke - injectedAt)
        .filter((time) => time >= frame.from && time <= frame.to)
        .map((time) => {
            const [x, y] = [at(frame, time), top + 16];
            return path(
                `M${(x - 5).toFixed(1)} ${y - 5}L${(x + 5).toFixed(1)} ${y + 5}M${(x + 5).toFixed(1)} ` +
                    `${y - 5}L${(x - 5).toFixed(1)} ${y + 5}`,
                { stroke: PALETTE.bad, "stroke-width": 2.2 },
            );
        });
    const dots = events
        .map((event) => event - injectedAt)
        .filter((time) => time >= frame.from && time <= frame.to)
        .map((time) => circle(at(frame, time), top + 16, 2.4, { fill: PALETTE.good }));
    return [...steady(frame, top, events, injectedAt, lost), ...dots, ...crosses];
}

function steady(
    frame: Frame,
    top: number,
    times: number[],
    origin: number,
    lost: (from: number, to: number) => boolean,
): string[] {
    const breaks: Span[] = [];
    let good = "";
    for (let index = 1; index < times.length; index++) {
        const [from, to] = [times[index - 1]!, times[index]!];
        const span = { from: from - origin, to: to - origin };
        if (!overlaps(frame, span)) continue;
        if (lost(from, to)) breaks.push(span);
        else good += `M${at(frame, span.from).toFixed(1)} ${top + 16}H${at(frame, span.to).toFixed(1)}`;
    }
    return [
        ...(good === "" ? [] : [path(good, { stroke: PALETTE.good, "stroke-width": 2.5, fill: "none" })]),
        ...breaks.map(({ from, to }) =>
            line(at(frame, from), top + 16, at(frame, to), top + 16, {
                stroke: PALETTE.bad,
                "stroke-width": 2.5,
                "stroke-dasharray": "4 3",
            }),
        ),
        ...lengths(frame, breaks, top + 9),
    ];
}

/** How long each lasted, the longest first; what finds no room is left out. */
function lengths(frame: Frame, spans: Span[], y: number): string[] {
    const taken: Span[] = [];
    return [...spans]
        .sort((a, b) => b.to - b.from - (a.to - a.from))
        .flatMap((span) => {
            // What goes on beyond the edge says so.
            const before = span.from < frame.from ? "← " : "";
            const after = span.to > frame.to ? " →" : "";
            const words = `${before}${milliseconds(span.to - span.from)}${after}`;
            const half = widthOf(words, 11) / 2;
            const middle = Math.min(
                Math.max((at(frame, span.from) + at(frame, span.to)) / 2, frame.left + half + 4),
                frame.left + frame.width - half - 4,
            );
            if (taken.some(({ from, to }) => middle - half < to + 6 && middle + half > from - 6)) return [];
            taken.push({ from: middle - half, to: middle + half });
            return [text(middle, y, words, { fill: PALETTE.bad, "font-size": 11, "text-anchor": "middle" })];
        });
}
