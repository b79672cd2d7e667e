/**
 * Requests one after the other on one connection, as a client with a pool of one has them; made again when it breaks.
 */
import { Agent, request } from "node:https";
import type { KeptAlive } from "./observations";
import { type ProbeSettings, isAnswer, now } from "./settings";
import { checkPin, trustOptions } from "./trust";

/** A request that is given up takes its connection with it. */
const PATIENCE_MS = 1000;

export function keepAlive(settings: ProbeSettings, everyMs: number): { seen: KeptAlive; stop: () => void } {
    const seen: KeptAlive = { attempts: [], connected: [] };
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const trust = trustOptions(settings);
    let stopped = false;
    let known: unknown;

    function attempt(): void {
        if (stopped) return;
        const at = now();
        let over = false;
        const end = (error?: string): void => {
            if (over) return;
            over = true;
            clearTimeout(timer);
            const took = now() - at;
            seen.attempts.push(error === undefined ? { at, took } : { at, took, error });
            setTimeout(attempt, Math.max(0, everyMs - took));
        };
        const call = request(
            { host: settings.host, port: settings.port, path: "/readyz", agent, ...trust },
            (response) => {
                response.resume();
                response.once("end", () =>
                    end(isAnswer(response.statusCode) ? undefined : `HTTP ${response.statusCode}`),
                );
                response.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
            },
        );
        const timer = setTimeout(() => call.destroy(new Error("timed out")), PATIENCE_MS);
        call.once("socket", (socket) => {
            if (socket === known) return;
            known = socket;
            checkPin(settings, socket);
            socket.once("secureConnect", () => seen.connected.push(now()));
        });
        call.once("close", () => end("closed"));
        call.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message)).end();
    }

    attempt();
    return {
        seen,
        stop: () => {
            stopped = true;
            agent.destroy();
        },
    };
}
