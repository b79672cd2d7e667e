/** Running other programs: one place that decides what is shown when one of them fails. */
import { child, type ChildOptions, childWith, howItEnded, succeeded } from "./child";

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
 * Runs a program to its end and returns its standard output, without the last line's end; throws a UserError with the
 * last lines of its output if it fails.
 */
export async function run(command: string, args: string[], options: ChildOptions = {}): Promise<string> {
    const ended = await child(command, args, options);
    if (succeeded(ended)) return ended.stdout.replace(/\n$/, "");
    const output = ended.output.trimEnd().split("\n").slice(-30).join("\n");
    throw new UserError(
        `${command} ${args.join(" ")} failed: ${howItEnded(ended)}${output === "" ? "" : `\n${output}`}`,
    );
}

/** Whether a program runs and exits with 0. */
export async function succeeds(command: string, args: string[], options: Unread = {}): Promise<boolean> {
    return succeeded(await childWith("ignore", command, args, options));
}

/** Runs a program in the foreground, at the user's terminal, and returns its exit status. */
export async function passThrough(
    command: string,
    args: string[],
    { stdin = "inherit", ...options }: Unread & { stdin?: "inherit" | "ignore" } = {},
): Promise<number> {
    return (await childWith([stdin, "inherit", "inherit"], command, args, options)).status ?? 1;
}

type Unread = Omit<ChildOptions, "input">;
