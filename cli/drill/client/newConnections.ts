/** A new TLS connection with `GET /readyz` on it, at a fixed pace. */
import { request, type RequestOptions } from "node:https";
import type { Attempt } from "./observations";
import { type ClientSettings, now } from "./settings";
import { checkPin, trustOptions } from "./trust";

export interface Attempts {
    seen: Attempt[];
    open(): number;
    stop(): void;
}

export function attemptsAtPace(settings: ClientSettings, ended: (attempt: Attempt) => void): Attempts {
    const base: RequestOptions = { host: settings.host, port: settings.port, agent: false, path: "/readyz", ...trustOptions(settings) };
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
            response.once("end", () => end(response.statusCode === 200 ? undefined : `HTTP ${response.statusCode}`));
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

    // Keeps the pace even when a tick comes late, so that an outage is not hidden by a busy machine.
    const start = performance.now();
    let made = 0;
    const tick = setInterval(() => {
        const due = Math.floor((performance.now() - start) / settings.everyMs);
        // More than this at once would be our own overload, not the server's.
        for (; made < due && open < 1000; made++) attempt();
        made = due;
    }, settings.everyMs);
    return { seen, open: () => open, stop: () => clearInterval(tick) };
}
