/**
 * Which stretches of time a picture shows: around the fault, and around the return, each as wide as what happened
 * there. Pure.
 */
import { gapsOf } from "../../../shared/probe/observations";
import { DELAYED_MS, type FaultRun } from "../figures";
import { holdsOf, type Span } from "../hosts/record";

/** Narrower than this, nothing stands out from noise. */
const LEAST_MS = 120;
/** A gap of fewer attempts is a hiccup. */
const FEW = 3;

/**
 * What comes later than three times all before it is another story; not sooner than after the one, not later than after
 * the other.
 */
const LATER_MS = { min: 800, max: 2500 };

/** One or two stretches, in milliseconds after the fault. */
export function windowsOf(run: FaultRun): Span[] {
    const back = run.returnedAt - run.injectedAt;
    const whole = run.endedAt - run.injectedAt;
    const moments = momentsOf(run);
    const [before, after] = [failuresOf(run, (at) => at < back), failuresOf(run, (at) => at >= back)];
    const first = around(
        0,
        lastOf(
            moments.filter((at) => at < back),
            Math.max(0, ...before),
            0,
        ),
    );
    const again = run.records
        .flatMap(({ sessions }) => sessions.slice(1).map(({ from }) => from - run.injectedAt))
        .filter((at) => at >= back);
    const second = around(
        back,
        lastOf(
            moments.filter((at) => at >= back),
            Math.max(back, ...again, ...after),
            back,
        ),
    );
    const bounded = (span: Span): Span => ({ from: span.from, to: Math.min(span.to, whole) });
    if (second.from <= first.to || back >= whole)
        return [bounded({ from: first.from, to: Math.max(first.to, second.to) })];
    return [first, bounded(second)];
}

/** Requests that failed are worth seeing however late they come, unless they are a few. */
function failuresOf({ seen, injectedAt }: FaultRun, within: (at: number) => boolean): number[] {
    const failed = seen.attempts
        .filter(({ error }) => error !== undefined)
        .map(({ at }) => at - injectedAt)
        .filter((at) => at > 0 && within(at));
    return failed.length < FEW ? [] : failed;
}

/** The last of the moments that follow each other closely. */
function lastOf(moments: number[], begin: number, origin = begin): number {
    let last = begin;
    for (const at of [...moments].sort((a, b) => a - b)) {
        if (at - last > Math.min(LATER_MS.max, Math.max(LATER_MS.min, 3 * (last - origin)))) break;
        last = Math.max(last, at);
    }
    return last;
}

function around(begin: number, end: number): Span {
    const width = Math.max(LEAST_MS, (end - begin) * 1.2);
    return { from: begin - width * 0.15, to: begin + width };
}

/** When something worth seeing happened, in milliseconds after the fault. */
function momentsOf({ injectedAt, records, seen, endedAt }: FaultRun): number[] {
    const holds = records.flatMap((record) => holdsOf(record).flatMap(({ from, to }) => [from, to]));
    const states = records
        .flatMap(({ sessions }) => sessions.flatMap(({ events }) => events))
        .filter(({ kind }) => kind === "state")
        .map(({ at }) => at);
    const failed = seen.attempts.filter(({ error }) => error !== undefined).map(({ at }) => at);
    const gaps = gapsOf(seen.attempts, DELAYED_MS)
        .filter(({ attempts }) => attempts >= FEW)
        .flatMap(({ from, to }) => [from, to]);
    // The last moments are the end of the records, not of anything else.
    return [...holds, ...states, ...failed, ...gaps]
        .filter((at) => at > injectedAt && at < endedAt - 500)
        .map((at) => at - injectedAt);
}

/** Round marks for an axis: about so many. */
export function marks({ from, to }: Span, about: number): number[] {
    const rough = (to - from) / about;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough)!;
    const first = Math.ceil(from / step);
    return Array.from(
        { length: Math.max(0, Math.floor(to / step) - first + 1) },
        (_each, index) => (first + index) * step,
    );
}
