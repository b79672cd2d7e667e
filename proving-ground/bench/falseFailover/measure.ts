/**
 * Healthy pairs under disturbances, all at the same time: how often does a host take the VIP although nothing has
 * failed?
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Observations, summarise } from "../../../shared/probe/observations";
import { spread } from "../../../shared/report/statistics";
import { say } from "../../../tools/progress";
import { cgroupName, createCgroup, destroyCgroup } from "../../lab/cgroups";
import { watching } from "../../lab/client/watching";
import type { LabInstance } from "../../lab/instance";
import { enter, fileOf, processesOf, signalAll } from "../../lab/enter";
import { atRest } from "../failover/pair";
import { busyShare, processorTimes } from "../failover/monitor";
import { restoreAll } from "../failover/injector";
import type { Machine, Pair } from "../failover/setups/setUp";
import type { Outcome } from ".";
import { parseChanges, splitBrainIn, type State, takeovers, type Timeline } from "./timeline";

/** What makes a healthy host look dead: processors that others use, or a machine that stands still as in a snapshot. */
interface Situation {
    title: string;
    /** How often it is repeated. */
    trials: number;
    extent: string;
    /** Disturbs the masters once. */
    disturb(instance: LabInstance, masters: Machine[]): Promise<unknown>;
}

export function situations(seconds: number, freezes: number): Situation[] {
    return [
        ...[2, 4].map((processes): Situation => ({
            title: `${processes} busy processes beside it`,
            trials: 1,
            extent: `${seconds} s`,
            disturb: (instance) => keepBusy(instance, processes, seconds),
        })),
        ...[200, 500, 1000].map((milliseconds): Situation => ({
            title: `stands still for ${milliseconds / 1000} s`,
            trials: freezes,
            extent: `${freezes} times`,
            disturb: (instance, masters) => Promise.all(masters.map(({ id }) => freeze(instance, id, milliseconds))),
        })),
    ];
}

/** Milliseconds after a disturbance in which what it leads to is seen. */
const AFTER_MS = 2000;
/**
 * Three clients share the processors with the disturbance: a slower pace than where one pair at a time is watched, so
 * that they keep it.
 */
const EVERY_MS = 50;

interface Trial {
    from: number;
    to: number;
    seen: Observations[];
}

export async function disturb(instance: LabInstance, pairs: Pair[], situation: Situation): Promise<Outcome[]> {
    const began = Date.now();
    const initial = await Promise.all(
        pairs.map((pair) => Promise.all(pair.machines.map((machine) => stateOf(instance, machine)))),
    );
    const before = await processorTimes();
    const trials: Trial[] = [];
    for (let trial = 0; trial < situation.trials; trial++) {
        const masters = await Promise.all(pairs.map((pair) => settledMaster(instance, pair)));
        trials.push(await watched(instance, pairs, () => situation.disturb(instance, masters)));
    }
    const busy = busyShare(before, await processorTimes());
    return Promise.all(
        pairs.map(async (pair, index): Promise<Outcome> => {
            const hosts = await Promise.all(
                pair.machines.map(async (machine, host): Promise<Timeline> => ({
                    initial: initial[index]![host]!,
                    changes: parseChanges(await logSince(instance, machine, began)),
                })),
            );
            const summaries = trials.map(({ seen }) => summarise(seen[index]!));
            const sum = (figures: number[]): number => figures.reduce((total, each) => total + each, 0);
            const outcome = {
                situation: situation.title,
                setUp: pair.setUp.name,
                title: pair.setUp.title,
                extent: situation.extent,
                falseFailovers: sum(trials.map(({ from, to }) => takeovers(hosts, from, to))),
                gap: spread(summaries.map(({ longestGap }) => longestGap)),
                failed: sum(summaries.map(({ failed }) => failed)),
                requests: sum(summaries.map(({ requests }) => requests)),
                splitBrainMs: sum(trials.map(({ from, to }) => splitBrainIn(hosts, from, to))),
                busy,
            };
            say(
                `  ${outcome.situation}, ${outcome.setUp}: ${outcome.falseFailovers} false failovers, ` +
                    `longest gap ${outcome.gap.max} ms, split-brain for ${Math.round(outcome.splitBrainMs)} ms`,
            );
            return outcome;
        }),
    );
}

/** A client for each pair while `work` goes on. */
async function watched(instance: LabInstance, pairs: Pair[], work: () => Promise<unknown>): Promise<Trial> {
    let from = 0;
    let to = 0;
    const seen: Observations[] = [];
    const nested = async (left: number): Promise<unknown> => {
        if (left < pairs.length) {
            seen[left] = await watching(instance, pairs[left]!.vip, () => nested(left + 1), {
                everyMs: EVERY_MS,
                timeoutMs: 1000,
                watch: false,
            });
            return undefined;
        }
        await sleep(300);
        from = Date.now();
        await work();
        await sleep(AFTER_MS);
        to = Date.now();
        return undefined;
    };
    await nested(0);
    return { from, to, seen };
}

/** What a disturbance left undone is put back once before it counts as a failure. */
async function settledMaster(instance: LabInstance, pair: Pair): Promise<Machine> {
    try {
        return await atRest(instance, pair);
    } catch {
        await restoreAll(instance, [pair]);
        return atRest(instance, pair, 60_000);
    }
}

async function stateOf(instance: LabInstance, { id }: Machine): Promise<State> {
    return ((await fileOf(instance, id, "/run/ha-api/vrrp/kube_api"))?.trim() ?? "FAULT") as State;
}

function logSince(instance: LabInstance, { id }: Machine, since: number): Promise<string> {
    return enter(
        instance,
        id,
        `journalctl -u keepalived -o short-unix --no-pager --since @${Math.floor(since / 1000)}`,
    );
}

/**
 * Keeps that many processes busy for so many seconds, in a group of their own, so that none outlives this program's
 * clean-up.
 */
async function keepBusy(instance: LabInstance, processes: number, seconds: number): Promise<void> {
    const group = cgroupName(instance.name, "load");
    const files = await createCgroup(group);
    const enter = files.map((file) => `echo $$ > ${file}`).join("; ");
    try {
        await Promise.all(
            Array.from({ length: processes }, async () => {
                const load = spawn("timeout", [String(seconds), "sh", "-c", `${enter}; while :; do :; done`], {
                    stdio: "ignore",
                });
                await once(load, "exit");
            }),
        );
    } finally {
        await destroyCgroup(group);
    }
}

/** Stops every process of the machine and lets them go on. The kernel's part of its network goes on all the while. */
async function freeze(instance: LabInstance, vmid: number, milliseconds: number): Promise<void> {
    const stop = async (): Promise<void> => signalAll(await processesOf(instance, vmid), "SIGSTOP");
    try {
        await stop();
        // Once more for what was started meanwhile.
        await stop();
        await sleep(milliseconds);
    } finally {
        signalAll(await processesOf(instance, vmid), "SIGCONT");
    }
}
