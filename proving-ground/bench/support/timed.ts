/** Runs a program and says how long it took. */
import { spawn } from "node:child_process";
import { UserError } from "../../../tools/run";

export interface Timed {
    /** Milliseconds from the start to the end of the program. */
    took: number;
    /** Standard output and error together. */
    output: string;
    stdout: string;
}

export interface TimedOptions {
    cwd?: string;
    env?: NodeJS.ProcessEnv;
    /** Called with the process's id as soon as there is one. */
    started?: (pid: number) => void;
}

/** Throws a UserError with the end of the program's output when it fails. */
export function timed(command: string, args: string[], { cwd, env, started }: TimedOptions = {}): Promise<Timed> {
    return new Promise((resolve, reject) => {
        const start = performance.now();
        const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
        const all: Buffer[] = [];
        const out: Buffer[] = [];
        child.stdout.on("data", (chunk: Buffer) => {
            all.push(chunk);
            out.push(chunk);
        });
        child.stderr.on("data", (chunk: Buffer) => {
            all.push(chunk);
        });
        if (child.pid !== undefined) started?.(child.pid);
        child.once("error", reject);
        child.once("close", (status) => {
            const took = performance.now() - start;
            const output = Buffer.concat(all).toString("utf8");
            if (status === 0) return resolve({ took, output, stdout: Buffer.concat(out).toString("utf8") });
            reject(
                new UserError(
                    `${command} ${args.join(" ")} failed ` +
                        `(${status}):\n${output.trimEnd().split("\n").slice(-60).join("\n")}`,
                ),
            );
        });
    });
}
