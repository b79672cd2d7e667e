/**
 * A second, slower client while something is done to a pair, from this machine, which is another neighbour on the
 * network than the client. At the VIP it says when to stop waiting; at an API server that nothing is done to it says
 * whether the machine itself was too busy.
 */
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { API_SERVER_PORT } from "../../lab/apiserver/apiServers";
import type { LabInstance } from "../../lab/instance";
import { keys } from "../../lab/pki";

const TIMEOUT_MS = 300;
/** With the machine to itself an answer takes 5 to 20 ms; after this long something else keeps the processors busy. */
const SLOW_MS = 100;

/** The API server that answered with 200, or undefined. */
export type Ask = () => Promise<string | undefined>;

/** Asks one address again and again; an answer that takes more milliseconds than `timeoutMs` is none. */
export async function asking(instance: LabInstance, address: string, timeoutMs = TIMEOUT_MS): Promise<Ask> {
    const ca = await readFile(keys(instance).caCertificate);
    return () =>
        new Promise((resolve) => {
            const call = request(
                { host: address, port: API_SERVER_PORT, path: "/readyz", ca, agent: false },
                (response) => {
                    response.resume();
                    resolve(response.statusCode === 200 ? String(response.headers["x-lab-server"]) : undefined);
                },
            );
            const timer = setTimeout(() => call.destroy(), timeoutMs);
            call.once("error", () => resolve(undefined))
                .once("close", () => {
                    clearTimeout(timer);
                    resolve(undefined);
                })
                .end();
        });
}

export class Monitor {
    /**
     * When, in milliseconds since the epoch, the last question began that was not answered in time; 0 when all were.
     */
    lastBad = 0;
    /** When those began that took longer than an undisturbed one does. */
    readonly slow: number[] = [];
    private stopped = false;
    private readonly beating: Promise<void>;

    /** `everyMs`: milliseconds from the beginning of one question to the next. */
    constructor(ask: Ask, everyMs: number) {
        this.beating = this.beat(ask, everyMs);
    }

    async stop(): Promise<void> {
        this.stopped = true;
        await this.beating;
    }

    private async beat(ask: Ask, everyMs: number): Promise<void> {
        while (!this.stopped) {
            const at = Date.now();
            if ((await ask()) === undefined) this.lastBad = at;
            if (Date.now() - at > SLOW_MS) this.slow.push(at);
            await sleep(Math.max(1, everyMs - (Date.now() - at)));
        }
    }
}

/** Clock ticks since the machine started, of all processors. */
interface ProcessorTimes {
    idle: number;
    all: number;
}

export async function processorTimes(): Promise<ProcessorTimes> {
    return parseProcessorTimes(await readFile("/proc/stat", "utf8"));
}

/**
 * The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal; guest times are in the first two
 * already.
 */
export function parseProcessorTimes(stat: string): ProcessorTimes {
    const ticks = stat.split("\n")[0]!.trim().split(/\s+/).slice(1, 9).map(Number);
    return { idle: ticks[3]! + ticks[4]!, all: ticks.reduce((sum, each) => sum + each, 0) };
}

/** Share that was in use between two moments, 0 to 1, to two digits. */
export function busyShare(before: ProcessorTimes, after: ProcessorTimes): number {
    const all = after.all - before.all;
    return all === 0 ? 0 : Math.round((1 - (after.idle - before.idle) / all) * 100) / 100;
}
