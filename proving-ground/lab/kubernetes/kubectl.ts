/**
 * kubectl as a client outside of the cluster and of the load balancer's hosts runs it: in the lab's client namespace.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { run, UserError } from "../../../tools/run";
import { type LabInstance } from "../instance";
import { kubernetesBinaries } from "./binaries";
import { clusterFolder } from "./members";

/** Runs kubectl to its end and returns its output. */
export async function kubectl(
    instance: LabInstance,
    kubeconfig: string,
    args: string[],
    input?: string,
): Promise<string> {
    const command = await commandLine(instance, kubeconfig, args);
    const stdin = input === undefined ? {} : { input };
    return run("nsenter", command, { env: environment(instance), timeout: 60_000, ...stdin });
}

/** A kubectl that goes on: `exec` with a session, `logs --follow`, `port-forward`, `get --watch`. */
export interface LongKubectl {
    /** All it has printed so far on standard output. */
    printed(): string;
    /** Its standard error so far. */
    complained(): string;
    /**
     * Waits until what it printed matches, and returns the match; fails when it ends before, or the time is over.
     */
    until(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
    /** The same for what it says on standard error. */
    untilComplains(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
    /** Sends text to its standard input. */
    type(text: string): void;
    /** When and how it ended by itself; undefined while it runs, or when it was ended by `end`. */
    broke(): Ending | undefined;
    /** Ends it if it still runs, and waits for that. */
    end(): Promise<void>;
}

export interface Ending {
    /** Milliseconds since the epoch. */
    at: number;
    /** Exit status, or name of the signal. */
    status: string;
}

export async function startKubectl(instance: LabInstance, kubeconfig: string, args: string[]): Promise<LongKubectl> {
    const child = spawn("nsenter", await commandLine(instance, kubeconfig, args), {
        env: { ...process.env, ...environment(instance) },
    });
    let [printed, complained] = ["", ""];
    let ending: Ending | undefined;
    let asked = false;
    const changed = new Set<() => void>();
    const change = (): void => changed.forEach((wake) => wake());
    child.stdout.setEncoding("utf8").on("data", (text: string) => ((printed += text), change()));
    child.stderr.setEncoding("utf8").on("data", (text: string) => ((complained += text), change()));
    // A client that has gone is no reason to fail for the one who types.
    child.stdin.on("error", () => undefined);
    const ended = new Promise<void>((resolve) =>
        child.once("close", (code, signal) => {
            ending = { at: Date.now(), status: signal ?? String(code) };
            change();
            resolve();
        }),
    );

    const until = (text: () => string, pattern: RegExp, timeoutMs = 15_000): Promise<RegExpExecArray> =>
        new Promise((resolve, reject) => {
            const finish = (end: () => void): void => {
                clearTimeout(timer);
                changed.delete(check);
                end();
            };
            const fail = (why: string): void =>
                finish(() => reject(new UserError(`kubectl ${args.join(" ")}: ${why}.\n${printed}\n${complained}`)));
            const check = (): void => {
                const match = pattern.exec(text());
                if (match !== null) finish(() => resolve(match));
                else if (ending !== undefined) fail(`ended (${ending.status}) without having printed ${pattern}`);
            };
            const timer = setTimeout(() => fail(`did not say ${pattern} within ${timeoutMs} ms`), timeoutMs);
            changed.add(check);
            check();
        });

    return {
        printed: () => printed,
        complained: () => complained,
        until: (pattern, timeoutMs) => until(() => printed, pattern, timeoutMs),
        untilComplains: (pattern, timeoutMs) => until(() => complained, pattern, timeoutMs),
        type: (text) => void child.stdin.write(text),
        broke: () => (asked ? undefined : ending),
        async end() {
            if (ending === undefined) {
                asked = true;
                child.kill("SIGTERM");
                const patience = setTimeout(() => child.kill("SIGKILL"), 3000);
                await ended;
                clearTimeout(patience);
            }
        },
    };
}

async function commandLine(instance: LabInstance, kubeconfig: string, args: string[]): Promise<string[]> {
    const { kubectl: program } = await kubernetesBinaries();
    return [`--net=/run/netns/${instance.client.namespace}`, "--", program, `--kubeconfig=${kubeconfig}`, ...args];
}

/** Its cache of what the API offers is the cluster's, not the user's. */
function environment(instance: LabInstance): Record<string, string> {
    return { KUBECACHEDIR: join(clusterFolder(instance), "cache"), HOME: clusterFolder(instance) };
}
