/** One event on one pair under the client's eyes, watched for as long as there is something to see. */
import { setTimeout as sleep } from "node:timers/promises";
import { watching } from "../../lab/client/watching";
import type { Course, Step } from "./events/event";
import { type Figures, figuresOf, type Phase } from "./figures";
import { asking, Pulse } from "./pulse";
import { busyShare, processorTimes } from "./processors";
import type { LabInstance } from "../../lab/instance";

/** Milliseconds of good and quick answers before the first step, and of good ones after the last bad one. */
const BEFORE_MS = 700;
const AFTER_MS = 1000;
/** Milliseconds to wait for a quiet moment at the most. */
const PATIENCE_MS = 20_000;

/** The figures of each step. No step is watched for longer than `limitMs` after it was done. */
export async function observe(instance: LabInstance, vip: string, course: Course, limitMs: number): Promise<Figures[]> {
    const phases: Phase[] = [];
    const ask = await asking(instance, vip);
    const observations = await watching(instance, vip, async () => {
        const pulse = new Pulse(ask);
        try {
            await quiet(pulse);
            for (const step of course.steps) phases.push(await phaseOf(step, pulse, limitMs));
        } finally {
            await pulse.stop();
        }
    }, { timeoutMs: 1000 });
    return phases.map((phase) => figuresOf(observations, phase));
}

/** Returns at the first moment that no answer has been bad or slow for a while: decided before anything is done, so that it favours nobody. */
async function quiet(pulse: Pulse): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() - Math.max(pulse.lastBad, pulse.lastSlow) < BEFORE_MS) {
        if (Date.now() > deadline) throw new Error(`the machine is too busy with other things: no ${BEFORE_MS} ms of quick answers within ${PATIENCE_MS / 1000} s`);
        await sleep(20);
    }
}

async function phaseOf(step: Step, pulse: Pulse, limitMs: number): Promise<Phase> {
    const before = await processorTimes();
    const start = Date.now();
    await step.act();
    const acted = Date.now();
    for (;;) {
        await sleep(20);
        const now = Date.now();
        const recovered = now - pulse.lastBad >= AFTER_MS;
        if ((recovered && now - acted >= step.atLeastMs) || now - acted >= limitMs) {
            return { measure: step.measure, start, end: now, busy: busyShare(before, await processorTimes()) };
        }
    }
}
