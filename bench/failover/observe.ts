/** One event on one pair under the client's eyes, watched for as long as there is something to see. */
import { setTimeout as sleep } from "node:timers/promises";
import { watching } from "../../lab/client/watching";
import type { Course, Step } from "./events/event";
import { type Figures, figuresOf, type Phase } from "./figures";
import { asking, Pulse } from "./pulse";
import type { LabInstance } from "../../lab/instance";

/** Milliseconds of good answers before the first step, and after the last bad one. */
const BEFORE_MS = 700;
const AFTER_MS = 1000;

/** The figures of each step. No step is watched for longer than `limitMs` after it was done. */
export async function observe(instance: LabInstance, vip: string, course: Course, limitMs: number): Promise<Figures[]> {
    const phases: Phase[] = [];
    const ask = await asking(instance, vip);
    const observations = await watching(instance, vip, async () => {
        await sleep(BEFORE_MS);
        const pulse = new Pulse(ask);
        try {
            for (const step of course.steps) phases.push(await phaseOf(step, pulse, limitMs));
        } finally {
            await pulse.stop();
        }
    }, { timeoutMs: 1000 });
    return phases.map((phase) => figuresOf(observations, phase));
}

async function phaseOf(step: Step, pulse: Pulse, limitMs: number): Promise<Phase> {
    const start = Date.now();
    await step.act();
    const acted = Date.now();
    for (;;) {
        await sleep(20);
        const now = Date.now();
        const quiet = now - pulse.lastBad >= AFTER_MS;
        if ((quiet && now - acted >= step.atLeastMs) || now - acted >= limitMs) return { measure: step.measure, start, end: now };
    }
}
