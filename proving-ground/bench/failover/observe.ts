/** One event on one pair under the client's eyes, watched for as long as there is something to see. */
import { setTimeout as sleep } from "node:timers/promises";
import { watching } from "../../lab/client/watching";
import type { Observations } from "../../../shared/probe/observations";
import type { Course, Step } from "./event";
import { type Figures, figuresOf, type Phase } from "./results";
import { asking, Monitor } from "./monitor";
import { busyShare, processorTimes } from "./monitor";
import type { LabInstance } from "../../lab/instance";

/** Milliseconds of good and quick answers before the first step, and of good ones after the last bad one. */
const BEFORE_MS = 700;
const AFTER_MS = 1000;
/** Milliseconds after which a client gives a connection up, unless the event says another time. */
const CLIENT_PATIENCE_MS = 1000;
/** Milliseconds between new connections of all clients together: with two the machine has as much to do as with one. */
const EVERY_MS = 5;
/** The most milliseconds to wait for a quiet moment. */
const PATIENCE_MS = 20_000;

/** A pair under a fault's hand is asked often, so that no time is lost; the machine is only felt. */
const MONITOR_MS = 40;
const CONTROL_MS = 100;
/** So many slow answers of an API server that nothing is done to are more than chance. */
const TOO_MANY_SLOW = 2;

export interface Observed {
    /** Each with a client of its own, all of them at once; the first also says when there is nothing more to see. */
    vips: [string, ...string[]];
    course: Course;
    /** Address of an API server that nothing is done to. */
    control: string;
    /** No step is watched for longer than so many milliseconds after it was done. */
    limitMs: number;
}

/** The figures of each step, by VIP. */
export async function observe(
    instance: LabInstance,
    { vips, course, control, limitMs }: Observed,
): Promise<Figures[][]> {
    const [vip] = vips;
    const phases: Phase[] = [];
    const { patienceMs = CLIENT_PATIENCE_MS } = course;
    const [askVip, askControl] = await Promise.all([asking(instance, vip), asking(instance, control)]);
    const seen: Observations[] = [];
    const work = async (): Promise<void> => {
        const monitor = new Monitor(askVip, MONITOR_MS);
        const machine = new Monitor(askControl, CONTROL_MS);
        try {
            await quiet(monitor, machine);
            for (const step of course.steps) {
                await step.before?.();
                const { start, end, busy } = await phaseOf(step, monitor, limitMs);
                const slow = machine.slow.filter((at) => at >= start - CONTROL_MS && at < end).length;
                const disturbed = slow >= TOO_MANY_SLOW;
                phases.push({
                    measure: step.measure,
                    start,
                    end,
                    busy,
                    disturbed,
                    patienceMs,
                    afterOutage: step.before !== undefined,
                });
            }
        } finally {
            await Promise.all([monitor.stop(), machine.stop()]);
        }
    };
    const watched = vips.reduceRight(
        (inside, address, index) => async () => {
            seen[index] = await watching(instance, address, inside, {
                everyMs: EVERY_MS * vips.length,
                timeoutMs: patienceMs,
            });
        },
        work,
    );
    await watched();
    return seen.map((observations) => phases.map((phase) => figuresOf(observations, phase)));
}

/**
 * Returns at the first moment that no answer has been bad or slow for a while: decided before anything is done, so that
 * it favours no set-up.
 */
async function quiet(...monitors: Monitor[]): Promise<void> {
    const began = Date.now();
    const deadline = began + PATIENCE_MS;
    const lastTrouble = (): number =>
        Math.max(began, ...monitors.flatMap(({ lastBad, slow }) => [lastBad, slow.at(-1) ?? 0]));
    while (Date.now() - lastTrouble() < BEFORE_MS) {
        if (Date.now() > deadline)
            throw new Error(
                `the machine is too busy with other things: no ${BEFORE_MS} ms of quick answers within ` +
                    `${PATIENCE_MS / 1000} s`,
            );
        await sleep(20);
    }
}

async function phaseOf(step: Step, monitor: Monitor, limitMs: number): Promise<Pick<Phase, "start" | "end" | "busy">> {
    const before = await processorTimes();
    const start = Date.now();
    await step.act();
    const acted = Date.now();
    for (;;) {
        await sleep(20);
        const now = Date.now();
        const recovered = now - monitor.lastBad >= AFTER_MS;
        if ((recovered && now - acted >= step.atLeastMs) || now - acted >= limitMs) {
            return { start, end: now, busy: busyShare(before, await processorTimes()) };
        }
    }
}
