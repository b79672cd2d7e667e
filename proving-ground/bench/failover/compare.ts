/**
 * All set-ups side by side: every event on each of them in turn, again and again, so that a slow spell of the machine
 * falls on all of them.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { LabInstance } from "../../lab/instance";
import { duration, part, say } from "../../../tools/progress";
import type { BenchEvent, Course } from "./event";
import { restoreAll } from "./injector";
import { pairsUp } from "./machines";
import { observe } from "./observe";
import { atRest } from "./pair";
import { type Comparison, type Missed, newComparison, type Run, type SetUpFacts } from "./results";
import { pairOf } from "./setups";
import type { Pair, SetUp } from "./setups/setUp";

/** How often an event is tried on a pair in one run when the machine is too busy with other things. */
const TRIES = 3;

export interface Plan {
    runs: number;
    setUps: SetUp[];
    events: BenchEvent[];
    /** Watch for up to 40 s instead of 12 s, and 6 s for API servers, until connections are good again. */
    patient: boolean;
    /** Called after each event's round with what there is so far. */
    save?: (soFar: Comparison) => Promise<void>;
}

/** Milliseconds; an API server is ejected sooner than a host is replaced. */
const limitOf = (event: string): number => (event.startsWith("api-") ? 6000 : 12_000);

export async function compare(
    instance: LabInstance,
    { runs, setUps, events, patient, save }: Plan,
): Promise<Comparison> {
    const pairs = setUps.map((setUp) => pairOf(instance, setUp));
    await pairsUp(instance, pairs);
    await part("everything is put back", () => restoreAll(instance, pairs));
    const facts = await part("every set-up works", () => Promise.all(pairs.map((pair) => factsOf(instance, pair))));
    const sound = pairs.filter((_, index) => facts[index]!.broken === undefined);
    const limits = Object.fromEntries(events.map(({ name }) => [name, patient ? 40_000 : limitOf(name)]));
    const restedAt = new Map<Pair, number>();
    const comparison = newComparison({
        runs,
        limits,
        setUps: facts.flatMap((each, index) => {
            const { secondVip } = setUps[index]!;
            return secondVip === undefined ? [each] : [each, { ...each, ...secondVip }];
        }),
    });
    const began = Date.now();
    for (let run = 1; run <= runs; run++) {
        for (const event of events) {
            for (const pair of sound) {
                await sleep(Math.max(0, (restedAt.get(pair) ?? 0) - Date.now()));
                const outcome = await undisturbed(
                    () => once(instance, pair, event, run, limits[event.name]!),
                    pair.setUp.restMs,
                );
                if ("reason" in outcome) comparison.missed.push(outcome);
                else comparison.results.push(...outcome);
                restedAt.set(pair, Date.now() + pair.setUp.restMs);
            }
            comparison.tookMs = Date.now() - began;
            await save?.(comparison);
        }
        say(`  run ${run} of ${runs} done, ${duration(comparison.tookMs)} so far`);
    }
    return comparison;
}

/**
 * Repeats what the machine, busy with other things, has spoilt; decided by what has nothing to do with the pair. The
 * last try counts as it is.
 */
async function undisturbed(attempt: () => Promise<Outcome>, restMs: number): Promise<Run[] | Missed> {
    for (let tries = 1; ; tries++) {
        const { result, spoilt } = await attempt();
        if (!spoilt || tries === TRIES) return result;
        say("    disturbed, once more");
        await sleep(restMs);
    }
}

interface Outcome {
    result: Run[] | Missed;
    spoilt: boolean;
}

async function once(
    instance: LabInstance,
    pair: Pair,
    event: BenchEvent,
    run: number,
    limitMs: number,
): Promise<Outcome> {
    const at = { run, setUp: pair.setUp.name, event: event.name };
    let course: Course | undefined;
    try {
        const master = await atRest(instance, pair);
        const [apiServer, control] = [0, 1].map(
            (next) => instance.apiServers[(run + next) % instance.apiServers.length]!,
        );
        course = await event.prepare({ instance, pair, master, apiServer: apiServer!.name });
        const { vip, secondVip, setUp } = pair;
        const vips: [string, ...string[]] = secondVip === undefined ? [vip] : [vip, secondVip];
        const byVip = await observe(instance, { vips, course, control: control!.address, limitMs });
        const names = [setUp.name, setUp.secondVip?.name ?? ""];
        const figures = byVip.flatMap((seen, index) => seen.map((each) => ({ ...each, setUp: names[index]! })));
        for (const each of figures) {
            const { measure, gapMs, lastBadMs, answeredMs, errors, failed, delayed, requests, unfinished, busy } = each;
            const counts = Object.entries(errors).map(([error, count]) => `${count} ${error}`);
            const reasons = failed === 0 ? "" : ` (${counts.join(", ")})`;
            say(
                `  ${run} ${each.setUp} ${measure}: gap ${gapMs.toFixed(0)} ms, last bad after ` +
                    `${lastBadMs.toFixed(0)} ms, 99 of 100 within ${answeredMs!.toFixed(0)} ms, ${failed} ` +
                    `failed${reasons} and ${delayed} delayed of ${requests}, ${Math.round(busy * 100)} % busy` +
                    `${each.disturbed ? ", disturbed" : ""}${unfinished ? ", unfinished" : ""}`,
            );
        }
        const heavy = new Set(course.steps.filter((step) => step.heavy).map(({ measure }) => measure));
        return {
            result: figures.map((each) => ({ ...at, host: master === pair.machines[0] ? 1 : 2, ...each })),
            spoilt: figures.some(({ measure, disturbed }) => disturbed && !heavy.has(measure)),
        };
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        say(`  ${run} ${pair.setUp.name} ${event.name}: not measured: ${reason}`);
        await restoreAll(instance, [pair]);
        return { result: { ...at, reason }, spoilt: true };
    } finally {
        await course?.restore();
    }
}

/** A set-up that does not work is named with what is wrong with it, and not measured. */
async function factsOf(instance: LabInstance, pair: Pair): Promise<SetUpFacts> {
    const { name, title, goals, changes } = pair.setUp;
    const facts = { name, title, ...(goals === undefined ? {} : { goals }), changes };
    try {
        await atRest(instance, pair);
        return facts;
    } catch (error) {
        const broken = error instanceof Error ? error.message : String(error);
        say(`  ${name} does not work: ${broken}`);
        return { ...facts, broken };
    }
}
