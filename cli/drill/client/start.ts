/** Starts the client's process, where the client is, and hears what it tells. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { projectFolder } from "../../../tools/cache";
import { UserError } from "../../../tools/run";
import type { Seen } from "./observations";
import type { ClientMessage, ClientSettings, ClientStatus } from "./settings";

export interface RunningClient {
    /** What it said last. */
    status(): ClientStatus;
    /** Ends it and gives back all it saw. */
    end(): Promise<Seen>;
}

/** Its processes are started with these words before them, which take them to where the client is. */
export type Enter = string[];

/** Comes back when the client has had its first answer and established its watches. */
export async function startClient(
    settings: ClientSettings,
    enter: Enter = [],
    patienceMs = 20_000,
): Promise<RunningClient> {
    const [command, ...words] = [
        ...enter,
        process.execPath,
        "--import",
        "tsx",
        join(__dirname, "probe.ts"),
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
    status: () => ClientStatus;
    seen: Promise<Seen>;
} {
    let status: ClientStatus = { watching: [] };
    let complaints = "";
    let begin: () => void = () => undefined;
    let refuse: (error: Error) => void = () => undefined;
    const ready = new Promise<void>((resolve, reject) => ([begin, refuse] = [resolve, reject]));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaints += chunk));
    // One that has ended already is not to be ended again.
    child.stdin.on("error", () => undefined);
    const seen = new Promise<Seen>((resolve, reject) => {
        let all: Seen | undefined;
        createInterface({ input: child.stdout }).on("line", (line) => {
            const message = JSON.parse(line) as ClientMessage;
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
    // Whoever waits for the beginning is told; the end is then nobody's business.
    seen.catch(() => undefined);
    return { ready, status: () => status, seen };
}

/** The last reason of each kind, in the client's words. */
function whyNot(seen: Seen | undefined): string {
    const attempt = seen?.attempts.at(-1);
    if (attempt?.error !== undefined) return `a new connection ended with "${attempt.error}"`;
    if (attempt !== undefined)
        return "new connections are answered, but a watch could not be established with these credentials";
    return "nothing answers at the address";
}
