/** Starts the probe's process where the clients are, and reads what it reports. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import { projectFolder } from "../../tools/cache";
import { UserError } from "../../tools/run";
import type { ProbeObservations } from "./observations";
import type { ProbeMessage, ProbeSettings, ProbeStatus } from "./settings";

export interface RunningProbe {
    /** Its last report. */
    status(): ProbeStatus;
    /** Ends it and returns all it saw. */
    end(): Promise<ProbeObservations>;
}

/** In a checkout; in the package it is compiled, as this file is. */
const SOURCE = extname(__filename);

/**
 * Comes back when the probe has had its first answer and established its watches. `prefix` is put before its command,
 * to run it elsewhere, such as in a network namespace.
 */
export async function startProbe(
    settings: ProbeSettings,
    prefix: string[] = [],
    patienceMs = 20_000,
): Promise<RunningProbe> {
    const [command, ...words] = [
        ...prefix,
        process.execPath,
        ...(SOURCE === ".ts" ? ["--import", "tsx"] : []),
        join(__dirname, `main${SOURCE}`),
        JSON.stringify(settings),
    ];
    const child = spawn(command, words, { stdio: ["pipe", "pipe", "pipe"], cwd: projectFolder });
    const told = hear(child);
    const timer = setTimeout(() => child.stdin.end(), patienceMs);
    try {
        await told.ready;
    } catch (error) {
        child.stdin.end();
        throw error;
    } finally {
        clearTimeout(timer);
    }
    return {
        status: told.status,
        end: () => {
            child.stdin.end();
            return told.seen;
        },
    };
}

function hear(child: ChildProcessWithoutNullStreams): {
    ready: Promise<void>;
    status: () => ProbeStatus;
    seen: Promise<ProbeObservations>;
} {
    let status: ProbeStatus = { watching: [] };
    let complaints = "";
    let begin: () => void = () => undefined;
    let refuse: (error: Error) => void = () => undefined;
    const ready = new Promise<void>((resolve, reject) => ([begin, refuse] = [resolve, reject]));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaints += chunk));
    // One that has ended already is not to be ended again.
    child.stdin.on("error", () => undefined);
    const seen = new Promise<ProbeObservations>((resolve, reject) => {
        let all: ProbeObservations | undefined;
        createInterface({ input: child.stdout }).on("line", (line) => {
            const message = JSON.parse(line) as ProbeMessage;
            if (message.ready === true) begin();
            if (message.status !== undefined) status = message.status;
            if (message.seen !== undefined) all = message.seen;
        });
        child.once("close", () => {
            refuse(new UserError(`The client got no answer: ${complaints === "" ? whyNot(all) : complaints}`));
            if (all === undefined)
                reject(new UserError(`The client ended before it had told what it saw: ${complaints}`));
            else resolve(all);
        });
    });
    // Start-up failures are reported by `ready`; this avoids an unhandled rejection.
    seen.catch(() => undefined);
    return { ready, status: () => status, seen };
}

/** The last reason of each kind, in the client's words. */
function whyNot(seen: ProbeObservations | undefined): string {
    const attempt = seen?.attempts.at(-1);
    if (attempt?.error !== undefined) return `a new connection ended with "${attempt.error}"`;
    if (attempt !== undefined)
        return "new connections are answered, but a watch could not be established with these credentials";
    return "nothing answers at the address";
}
