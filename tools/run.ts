/**
 * Running other programs: one place that decides what is shown when one of them fails.
 *
 * execa is an ES module whose dependencies cannot be required, so it is imported where it is used.
 */
import type { Options } from "execa";

/** A failure meant for the person at the terminal: printed without a stack trace. */
export class UserError extends Error {
    override name = "UserError";
    /** What the program ends with: 2, it could not do what it was asked. */
    readonly status: number = 2;
}

/** The program did what it was asked, and found that something is not as it should be. */
export class Finding extends UserError {
    override name = "Finding";
    override readonly status = 1;
}

/**
 * Runs a program to its end and returns its standard output; throws a UserError with the last lines of its output if
 * it fails.
 */
export async function run(command: string, args: string[], options: Options = {}): Promise<string> {
    const { execa } = await import("execa");
    const result = await execa(command, args, {
        stdin: "ignore",
        all: true,
        ...options,
        reject: false,
        encoding: "utf8",
    });
    if (result.failed) {
        const output = typeof result.all === "string" ? result.all.trimEnd().split("\n").slice(-30).join("\n") : "";
        throw new UserError(
            `${command} ${args.join(" ")} failed: ${reason(result)}${output === "" ? "" : `\n${output}`}`,
        );
    }
    return typeof result.stdout === "string" ? result.stdout : "";
}

/** Whether a program runs and exits with 0. */
export async function succeeds(command: string, args: string[], options: Options = {}): Promise<boolean> {
    const { execa } = await import("execa");
    return !(await execa(command, args, { stdio: "ignore", ...options, reject: false })).failed;
}

function reason(result: { exitCode?: number; signal?: string; shortMessage?: string; timedOut?: boolean }): string {
    if (result.timedOut) return "it took too long";
    if (result.exitCode !== undefined) return `exit status ${result.exitCode}`;
    return result.signal ?? result.shortMessage ?? "it could not be started";
}

/** Runs a program in the foreground, at the user's terminal, and returns its exit status. */
export async function passThrough(command: string, args: string[], options: Options = {}): Promise<number> {
    const { execa } = await import("execa");
    const result = await execa(command, args, {
        stdin: "inherit",
        stdout: "inherit",
        stderr: "inherit",
        ...options,
        reject: false,
    });
    return result.exitCode ?? 1;
}
