/**
 * A client outside the hosts, a process of its own: opens new TLS connections at a fixed pace, keeps one, and holds
 * long watches. It ends when its standard input closes, and by itself after `limitMs`, whatever happens; its last line
 * is all it saw.
 */
import { attemptsAtPace } from "./newConnections";
import { keepAlive } from "./keptAlive";
import type { ProbeObservations } from "./observations";
import { type ProbeMessage, type ProbeSettings, type ProbeStatus, now } from "./settings";
import { watch } from "./watches";

const settings = JSON.parse(process.argv[2] ?? "{}") as ProbeSettings;
const status: ProbeStatus = { watching: [] };
let [stopped, announced] = [false, false];

const tell = (message: ProbeMessage, then?: () => void): void =>
    void process.stdout.write(`${JSON.stringify(message)}\n`, then);

const attempts = attemptsAtPace(settings, ({ at, error }) => {
    const key = error === undefined ? "lastGood" : "lastBad";
    status[key] = Math.max(status[key] ?? 0, at);
    announce();
});
const kept = settings.keptAliveEveryMs === undefined ? undefined : keepAlive(settings, settings.keptAliveEveryMs);
const watches = settings.watches.map((how) => watch(settings, how));

function announce(): void {
    if (
        announced ||
        status.lastGood === undefined ||
        (settings.watchesFirst === true && !watches.every((each) => each.established()))
    )
        return;
    announced = true;
    tell({ ready: true });
}

const telling = setInterval(() => {
    announce();
    status.watching = watches.map((each) => each.established() && alive(each.log));
    if (!stopped) tell({ status });
}, 200);

/** A watch that had events on a steady pace and has none any more is broken, whether it knows or not. */
function alive({ events, opened }: { events: number[]; opened: number[] }): boolean {
    const last = Math.max(events.at(-1) ?? 0, opened.at(-1) ?? 0);
    const usual = events.length < 3 ? Infinity : median(events.slice(1).map((at, index) => at - events[index]!));
    return now() - last < Math.max(1000, usual * 4);
}

function median(values: number[]): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function finish(): void {
    if (stopped) return;
    stopped = true;
    clearInterval(telling);
    attempts.stop();
    kept?.stop();
    for (const each of watches) each.stop();
    // What was begun is awaited, within the time-out of an attempt.
    const deadline = Date.now() + settings.timeoutMs + 500;
    const wait = setInterval(() => {
        if (attempts.open() > 0 && Date.now() < deadline) return;
        clearInterval(wait);
        const seen: ProbeObservations = {
            attempts: attempts.seen,
            stalls: attempts.stalls,
            keptAlive: kept?.seen ?? { attempts: [], connected: [] },
            watches: watches.map(({ log }) => log),
        };
        tell({ seen }, () => process.exit(0));
    }, 10);
}

process.stdin.resume().once("end", finish).once("error", finish);
// A terminal sends it to all its processes; the one that started this one decides.
process.on("SIGINT", () => undefined);
setTimeout(finish, settings.limitMs).unref();
