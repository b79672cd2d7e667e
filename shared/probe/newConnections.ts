/** A new TLS connection with `GET /readyz` on it, at a fixed pace. */
import { request, type RequestOptions } from "node:https";
import type { Attempt, Stall } from "./observations";
import { type ProbeSettings, isAnswer, now } from "./settings";
import { checkPin, trustOptions } from "./trust";

export interface Attempts {
    seen: Attempt[];
    stalls: Stall[];
    open(): number;
    stop(): void;
}

/** Attempts that are made at once after a late tick. */
const CATCH_UP = 5;
/** A tick that is later than this is worth telling. */
const STALL_MS = 50;

export function attemptsAtPace(settings: ProbeSettings, ended: (attempt: Attempt) => void): Attempts {
    const base: RequestOptions = {
        host: settings.host,
        port: settings.port,
        agent: false,
        path: "/readyz",
        ...trustOptions(settings),
    };
    const seen: Attempt[] = [];
    let open = 0;

    function attempt(): void {
        const at = now();
        open++;
        let over = false;
        const end = (error?: string): void => {
            if (over) return;
            over = true;
            open--;
            const took = now() - at;
            const one = error === undefined ? { at, took } : { at, took, error };
            seen.push(one);
            ended(one);
        };
        const call = request(base, (response) => {
            response.resume();
            response.once("end", () => end(isAnswer(response.statusCode) ? undefined : `HTTP ${response.statusCode}`));
            response.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
        });
        const timer = setTimeout(() => call.destroy(new Error("timed out")), settings.timeoutMs);
        call.once("socket", (socket) => checkPin(settings, socket));
        call.once("close", () => {
            clearTimeout(timer);
            end("closed");
        });
        call.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message)).end();
    }

    const start = performance.now();
    const stalls: Stall[] = [];
    let [made, ticked] = [0, start];
    const tick = setInterval(() => {
        const time = performance.now();
        if (time - ticked > STALL_MS) stalls.push({ at: performance.timeOrigin + ticked, took: time - ticked });
        ticked = time;
        const due = Math.floor((time - start) / settings.everyMs);
        // A little behind it keeps the pace; to make up for more would only load a busy machine further. So many open
        // ones are our own overload.
        for (let few = Math.min(due - made, CATCH_UP); few > 0 && open < 1000; few--) attempt();
        made = due;
    }, settings.everyMs);
    return { seen, stalls, open: () => open, stop: () => clearInterval(tick) };
}
