import { abortReason } from "../shared/operations";
import { plain, type Properties } from "../shared/properties";
import { type Context } from "../shared/resource";
import { connectionOf } from "./connection";
import { dial } from "./dial";
import { goExitReason, goQuote } from "./goErrors";
import { OutputLog } from "./outputLog";
import { openSession, type Session } from "./session";

/** What a command wrote, without the last line feed. */
export interface Outputs {
    stdout: string;
    stderr: string;
}

/**
 * Runs a command on the connection in `inputs`, with the standard input, environment and logging given there. The error
 * of a command that fails holds the command line and all its output, as with the official plugin; it never holds the
 * standard input or the connection.
 */
export async function run(command: string, inputs: Properties, previous: Outputs, context: Context): Promise<Outputs> {
    const { signal, log } = context;
    const connection = connectionOf(inputs["connection"]);
    const { client, close } = await dial(connection, signal, log);
    const logging = plain(inputs["logging"]) ?? "stdoutAndStderr";
    const stdoutLog = new OutputLog(log, logging === "stdout" || logging === "stdoutAndStderr");
    const stderrLog = new OutputLog(log, logging === "stderr" || logging === "stdoutAndStderr");
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const both: Buffer[] = [];
    const failure = (reason: string) => new Error(`${reason}: running ${goQuote(command)}:\n${text(both)}`);

    let aborted: () => void = () => undefined;
    const abortion = new Promise<never>((_, reject) => {
        aborted = () => reject(failure(abortReason(signal).message));
        signal.addEventListener("abort", aborted);
    });
    abortion.catch(() => undefined);

    try {
        const working = (async () => {
            const session = await openSession(client);
            await setEnvironment(session, inputs, previous, context);
            return session.run(command, plain(inputs["stdin"]) as string | undefined, {
                stdout: (chunk) => {
                    stdout.push(chunk);
                    both.push(chunk);
                    stdoutLog.write(chunk);
                },
                stderr: (chunk) => {
                    stderr.push(chunk);
                    both.push(chunk);
                    stderrLog.write(chunk);
                },
            });
        })();
        const reason = goExitReason(await Promise.race([working, abortion]));
        if (reason !== undefined) throw failure(reason);
        return { stdout: withoutLastLineFeed(text(stdout)), stderr: withoutLastLineFeed(text(stderr)) };
    } finally {
        signal.removeEventListener("abort", aborted);
        stdoutLog.end();
        stderrLog.end();
        close();
    }
}

async function setEnvironment(
    session: Session,
    inputs: Properties,
    previous: Outputs,
    { log }: Context,
): Promise<void> {
    const refused = (name: string) =>
        `Unable to set '${name}'. This only works if your SSH server is configured to accept these variables ` +
        "via AcceptEnv. " +
        "Alternatively, if a Bash-like shell runs the command on the remote host, you could prefix the " +
        "command itself with the variables " +
        "in the form 'VAR=value command'";

    const environment = (plain(inputs["environment"]) ?? {}) as Record<string, string>;
    for (const [name, value] of Object.entries(environment)) {
        if (await session.setEnvironment(name, value)) continue;
        log.message("error", refused(name));
        throw new Error(`could not set environment variable ${goQuote(name)}: ssh: setenv failed`);
    }
    if (plain(inputs["addPreviousOutputInEnv"]) === false) return;
    for (const [name, value] of [
        ["PULUMI_COMMAND_STDOUT", previous.stdout],
        ["PULUMI_COMMAND_STDERR", previous.stderr],
    ] as const) {
        if (value !== "" && !(await session.setEnvironment(name, value))) log.message("warning", refused(name));
    }
}

function text(chunks: Buffer[]): string {
    return Buffer.concat(chunks).toString("utf8");
}

function withoutLastLineFeed(output: string): string {
    return output.endsWith("\n") ? output.slice(0, -1) : output;
}
