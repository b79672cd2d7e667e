/** Runs a program and measures how long it took; and the memory of the program that Pulumi runs. */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../../tools/run";
import { readIfThere } from "../../lab/files";
import { descendantsOf } from "../../lab/processTree";

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

/** Watches the program of a Pulumi process until `stop` is called, and returns the most it had resident, in MiB. */
export function watchProgramMemory(pid: number): { stop: () => Promise<number> } {
    let watching = true;
    let max = 0;
    const watch = async (): Promise<void> => {
        let program: number | undefined;
        while (watching) {
            program ??= await programOf(pid);
            if (program !== undefined) {
                // The kernel keeps the highest value itself, so that a peak between two looks is not missed.
                const status = (await readIfThere(`/proc/${program}/status`)) ?? "";
                max = Math.max(max, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024);
            }
            await sleep(20);
        }
    };
    const done = watch();
    return {
        stop: async () => {
            watching = false;
            await done;
            return max;
        },
    };
}

async function programOf(ancestor: number): Promise<number | undefined> {
    for (const pid of await descendantsOf(ancestor)) {
        const command = (await readIfThere(`/proc/${pid}/cmdline`)) ?? "";
        if (command.includes("@pulumi/pulumi/cmd/run/") && command.includes("--monitor")) return pid;
    }
    return undefined;
}
