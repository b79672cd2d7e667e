/** What clients behind the router have of an event: watches that are kept, and new connections. */
import { setTimeout as sleep } from "node:timers/promises";
import { summarise, type WatchLog } from "../../../shared/probe/observations";
import { now } from "../../../shared/probe/settings";
import { startProbe } from "../../../shared/probe/start";
import { API_SERVER_PORT } from "../../lab/apiserver/apiServers";
import { clientEntry, fakeServerWatch } from "../../lab/client/place";
import type { LabInstance } from "../../lab/instance";
import { keys } from "../../lab/pki";

export interface Losses {
    /** Watches that were held when it began. */
    watches: number;
    /** Of these, those whose clients were told that the connection is over. */
    reset: number;
    /** Of these, those from which nothing comes any more, which their clients do not know yet. */
    silent: number;
    /** New connections, and those of them that failed. */
    requests: number;
    failed: number;
    /** Milliseconds, the longest time in which no new connection was answered. */
    gapMs: number;
}

/** Enough for shares of a half and a third to be told from each other; all are held by one process. */
const WATCHES = 60;
/** Each has an event so often, in seconds, and is silent after that many milliseconds without one. */
const EVERY = 1;
const SILENT_MS = 2500;
/** Watched before the event and after it, in milliseconds: until a watch that became silent is known to be so. */
const BEFORE_MS = 1500;
const AFTER_MS = 3500;

/** `work` ends when what follows from the event has happened; `ready` is called just before. */
export async function lossesDuring(
    instance: LabInstance,
    vip: string,
    work: () => Promise<unknown>,
    ready: () => Promise<unknown>,
): Promise<Losses> {
    const probe = await startProbe(
        {
            host: vip,
            port: API_SERVER_PORT,
            caFile: keys(instance).caCertificate,
            everyMs: 20,
            timeoutMs: 2000,
            limitMs: 120_000,
            watches: Array.from({ length: WATCHES }, () => fakeServerWatch(EVERY)),
            watchesFirst: true,
        },
        clientEntry(instance),
    );
    let began = now();
    try {
        await sleep(BEFORE_MS);
        await ready();
        began = now();
        await work();
        await sleep(AFTER_MS);
    } catch (error) {
        await probe.end().catch(() => undefined);
        throw error;
    }
    const ended = now();
    const { attempts, watches } = await probe.end();
    const during = attempts.filter(({ at }) => at >= began);
    const { requests, failed, longestGap } = summarise({ attempts: during, watch: { events: [], breaks: [] } });
    return { watches: watches.length, ...lost(watches, began, ended), requests, failed, gapMs: longestGap };
}

function lost(watches: WatchLog[], began: number, ended: number): Pick<Losses, "reset" | "silent"> {
    const wasReset = ({ breaks }: WatchLog): boolean => breaks.some(({ at }) => at >= began && at < ended);
    const isSilent = ({ events }: WatchLog): boolean => ended - (events.at(-1) ?? 0) > SILENT_MS;
    return {
        reset: watches.filter(wasReset).length,
        silent: watches.filter((each) => !wasReset(each) && isSilent(each)).length,
    };
}
