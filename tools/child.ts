/** Child processes: run to their end, with what they printed. What a failure means is up to the caller. */
import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";

export interface ChildOptions {
    cwd?: string;
    /** Besides this process's own; undefined takes a variable away. */
    env?: Record<string, string | undefined>;
    /** For its standard input, which is empty without it. */
    input?: string;
    /** Milliseconds after which it is ended. Default: it may take any time. */
    timeout?: number;
}

/** How it ended. */
export interface Way {
    /** Absent where it was ended by a signal, or could not be started. */
    status?: number;
    signal?: string;
    timedOut: boolean;
    /** Why it could not be started. */
    error?: string;
}

export interface Ended extends Way {
    stdout: string;
    stderr: string;
    /** Both, in the order in which they came. */
    output: string;
}

export const succeeded = ({ status }: Way): boolean => status === 0;

/** How it ended, for people: "exit status 3". */
export function howItEnded({ status, signal, timedOut, error }: Way): string {
    if (timedOut) return "it took too long";
    if (status !== undefined) return `exit status ${status}`;
    return signal ?? error ?? "it could not be started";
}

/** Never rejects. */
export async function child(command: string, args: string[], options: ChildOptions = {}): Promise<Ended> {
    const { input } = options;
    const started = start(command, args, options, [input === undefined ? "ignore" : "pipe", "pipe", "pipe"]);
    const printed = { stdout: "", stderr: "", output: "" };
    for (const name of ["stdout", "stderr"] as const)
        started[name]!.setEncoding("utf8").on("data", (text: string) => {
            printed[name] += text;
            printed.output += text;
        });
    // A program may end before it has read all, or not be there to read.
    started.stdin?.on("error", () => undefined).end(input);
    return { ...(await endOf(started, options.timeout)), ...printed };
}

/** For what it prints there is another place, or none: what it starts may go on with it. Never rejects. */
export function childWith(
    stdio: StdioOptions,
    command: string,
    args: string[],
    options: Omit<ChildOptions, "input"> = {},
): Promise<Way> {
    return endOf(start(command, args, options, stdio), options.timeout);
}

const start = (command: string, args: string[], { cwd, env }: ChildOptions, stdio: StdioOptions): ChildProcess =>
    spawn(command, args, { ...(cwd === undefined ? {} : { cwd }), env: { ...process.env, ...env }, stdio });

const KILL_AFTER_MS = 5000;

/** Those that run: they end with this process. */
const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((each) => each.kill()));

function endOf(started: ChildProcess, timeoutMs: number | undefined): Promise<Way> {
    running.add(started);
    let timedOut = false;
    const timers: NodeJS.Timeout[] = [];
    if (timeoutMs !== undefined)
        timers.push(
            setTimeout(() => {
                timedOut = true;
                started.kill();
                timers.push(setTimeout(() => started.kill("SIGKILL"), KILL_AFTER_MS));
            }, timeoutMs),
        );
    return new Promise((resolve) => {
        const end = (how: Omit<Way, "timedOut">): void => {
            running.delete(started);
            timers.forEach((timer) => clearTimeout(timer));
            resolve({ timedOut, ...how });
        };
        const byItself = (status: number | null, signal: string | null): void =>
            end({ ...(status === null ? {} : { status }), ...(signal === null ? {} : { signal }) });
        started.once("error", ({ message }) => end({ error: message }));
        // All that it printed has come by then.
        started.once("close", byItself);
        // What it had started may still have its output.
        started.once("exit", (status, signal) => timedOut && byItself(status, signal));
    });
}
