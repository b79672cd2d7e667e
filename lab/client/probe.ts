/**
 * A client outside the hosts, a process of its own in the client's network namespace: opens a new TLS connection with `GET /readyz` at a
 * fixed pace, and holds one long watch. Started with its settings as JSON; prints "ready" after the first answer; when its standard input
 * closes it prints what it saw as JSON and ends. It ends by itself after `limitMs`, whatever happens.
 */
import { readFileSync } from "node:fs";
import { request, type RequestOptions } from "node:https";
import type { Observations } from "./observations";

export interface ProbeSettings {
    host: string;
    port: number;
    caFile: string;
    /** Milliseconds between attempts. */
    everyMs: number;
    /** Milliseconds after which an attempt is given up. */
    timeoutMs: number;
    limitMs: number;
    /** Hold a watch as well. */
    watch: boolean;
}

const settings = JSON.parse(process.argv[2] ?? "{}") as ProbeSettings;
const base: RequestOptions = { host: settings.host, port: settings.port, ca: readFileSync(settings.caFile), agent: false };
const seen: Observations = { attempts: [], watch: { events: [], breaks: [] } };
let stopped = false;
let open = 0;
let announced = false;

function attempt(): void {
    const at = performance.timeOrigin + performance.now();
    open++;
    let over = false;
    const end = (error?: string): void => {
        if (over) return;
        over = true;
        open--;
        const took = performance.timeOrigin + performance.now() - at;
        seen.attempts.push(error === undefined ? { at, took } : { at, took, error });
        if (error === undefined && !announced) {
            announced = true;
            process.stdout.write("ready\n");
        }
    };
    const call = request({ ...base, path: "/readyz" }, (response) => {
        response.resume();
        response.once("end", () => end(response.statusCode === 200 ? undefined : `HTTP ${response.statusCode}`));
        response.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    });
    const timer = setTimeout(() => call.destroy(new Error("timed out")), settings.timeoutMs);
    call.once("close", () => clearTimeout(timer));
    call.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message)).end();
}

function watch(): void {
    let over = false;
    const broken = (error: string): void => {
        if (stopped || over) return;
        over = true;
        seen.watch.breaks.push({ at: Date.now(), error });
        setTimeout(watch, 100);
    };
    const call = request({ ...base, path: "/api/v1/namespaces/default/pods?watch=true&intervalSeconds=1", headers: { authorization: "Bearer lab" } }, (response) => {
        response.on("data", () => seen.watch.events.push(Date.now()));
        // One that is reset tells the response, the request, or only that it is closed.
        response.once("error", (error) => broken(error.message)).once("close", () => broken("ended"));
    });
    call.once("error", (error) => broken(error.message)).end();
}

/** Keeps the pace even when a tick comes late, so that an outage is not hidden by a busy machine. */
function pace(): void {
    const start = performance.now();
    let made = 0;
    const tick = setInterval(() => {
        if (stopped) {
            clearInterval(tick);
            return;
        }
        const due = Math.floor((performance.now() - start) / settings.everyMs);
        // More than this at once would be our own overload, not the server's.
        for (; made < due && open < 1000; made++) attempt();
        made = due;
    }, settings.everyMs);
}

function finish(): void {
    if (stopped) return;
    stopped = true;
    // What was begun is awaited, within the time-out of an attempt.
    const deadline = Date.now() + settings.timeoutMs + 500;
    const wait = setInterval(() => {
        if (open > 0 && Date.now() < deadline) return;
        clearInterval(wait);
        process.stdout.write(JSON.stringify(seen), () => process.exit(0));
    }, 10);
}

process.stdin.resume().once("end", finish).once("error", finish);
setTimeout(finish, settings.limitMs).unref();
if (settings.watch) watch();
pace();
