/**
 * A small SSH client for looking at hosts: the steps of a deployment go through Pulumi's command provider, which tells
 * nothing of a host that did not change. The host key is required, and the private key is never anywhere but in memory.
 */
import type { Duplex } from "node:stream";
import type { Client, ConnectConfig, ServerHostKeyAlgorithm } from "ssh2";
import { fingerprint, type HostKey, parseHostKey, readablePrivateKey } from "./keys";
import { printable } from "../text/display";

export interface SshTarget {
    /** What people call the host. */
    name: string;
    address: string;
    port: number;
    user: string;
    /** Public host key, `ssh-ed25519 AAAA...`: a host with another one is not talked to. */
    hostKey: string;
    /** OpenSSH or PEM, without a passphrase. */
    privateKey: string;
}

export interface SshLimits {
    /** For TCP, key exchange and log-in together. */
    connectMs: number;
    /** For each command. */
    commandMs: number;
    /** Bytes that a command may print. Default: 64 MiB; the journals of weeks are less. */
    answerBytes?: number;
}

/** What went wrong: the first three are not mended by trying again. */
export type SshProblem = "host key" | "log-in" | "key" | "unreachable" | "lost" | "command";

/** A failure, with a message for the person at the terminal. */
export class SshError extends Error {
    override name = "SshError";

    constructor(
        readonly problem: SshProblem,
        message: string,
    ) {
        // Some of it are words of the other side.
        super(printable(message));
    }

    /** Whether another try may end better. */
    get transient(): boolean {
        return !["host key", "log-in", "key"].includes(this.problem);
    }
}

/** What is particular to one command. */
export interface CommandOptions {
    /** Instead of the connection's limit, in milliseconds. */
    limitMs?: number;
    /**
     * Gets the command's standard input and output, to talk with it while it runs: nothing of it is returned at its
     * end.
     */
    channel?: (stream: Duplex) => void;
}

/** Runs a command and returns its standard output, which can be shown; any exit status but 0 is an error. */
export type RunOnHost = (command: string, options?: CommandOptions) => Promise<string>;

export const DEFAULT_LIMITS: SshLimits = { connectMs: 5000, commandMs: 15_000 };

/** Connects, does the work, and hangs up. */
export async function withSsh<T>(
    target: SshTarget,
    work: (run: RunOnHost) => Promise<T>,
    limits: SshLimits = DEFAULT_LIMITS,
): Promise<T> {
    const client = await connect(target, limits);
    try {
        return await work((command, options) => execute(client, target, command, limits, options));
    } finally {
        client.end();
        // A server that does not answer must not keep this process alive.
        setTimeout(() => client.destroy(), 1000).unref();
    }
}

const at = ({ name, address, port }: SshTarget): string => `${name} (${address}${port === 22 ? "" : `, port ${port}`})`;

async function connect(target: SshTarget, limits: SshLimits): Promise<Client> {
    const expected = parseHostKey(target.hostKey);
    if (expected === undefined)
        throw new SshError(
            "host key",
            `${at(target)}: no usable SSH host key is known, and without one the host is not talked to`,
        );
    // Loaded on first use: it takes longer to load than everything else here together.
    const { default: ssh } = await import("ssh2");
    const privateKey = usable(target, ssh.utils.parseKey);
    const client = new ssh.Client();
    let offered: Buffer | undefined;
    const config: ConnectConfig = {
        host: target.address,
        port: target.port,
        username: target.user,
        privateKey,
        authHandler: ["publickey"],
        readyTimeout: 0, // the timer below covers TCP too
        algorithms: { serverHostKey: algorithmsFor(expected) },
        hostVerifier: (key: Buffer) => {
            offered = key;
            return key.equals(expected.blob);
        },
    };
    return new Promise<Client>((resolve, reject) => {
        const fail = (problem: SshProblem, message: string): void => {
            clearTimeout(timer);
            client.destroy();
            reject(new SshError(problem, message));
        };
        const timer = setTimeout(
            () =>
                fail(
                    "unreachable",
                    `${at(target)} cannot be reached by SSH: no answer within ${limits.connectMs / 1000} s`,
                ),
            limits.connectMs,
        );
        client.once("ready", () => {
            clearTimeout(timer);
            resolve(client);
        });
        // Stays on after the log-in, when an error without a listener would end the process; the open channel tells of
        // the loss.
        client.on("error", (error: Error & { level?: string; code?: string }) => {
            if (offered !== undefined && !offered.equals(expected.blob))
                return fail("host key", otherHostKey(target, expected, offered));
            if (/no matching host key/i.test(error.message)) return fail("host key", otherHostKey(target, expected));
            if (error.level === "client-authentication") {
                return fail("log-in", `${at(target)}: ${target.user} may not log in with this private key`);
            }
            fail("unreachable", `${at(target)} cannot be reached by SSH: ${inWords(error)}`);
        });
        client.once("close", () =>
            fail("unreachable", `${at(target)} cannot be reached by SSH: it closed the connection`),
        );
        client.connect(config);
        // Without it each round trip of a log-in waits 40 ms for the other side's delayed acknowledgement.
        client.setNoDelay(true);
    });
}

/** Refuses what cannot be used before any connection, without a word of what it holds. */
function usable(target: SshTarget, parse: (key: string) => unknown): string {
    try {
        const key = readablePrivateKey(target.privateKey);
        const parsed = parse(key);
        if (parsed instanceof Error) throw parsed;
        return key;
    } catch (error) {
        throw new SshError(
            "key",
            `the SSH private key cannot be used: ${error instanceof Error ? error.message : "it is not readable"}`,
        );
    }
}

/** An RSA key signs in several ways, and servers no longer do the oldest. */
function algorithmsFor({ type }: HostKey): ServerHostKeyAlgorithm[] {
    return (type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [type]) as ServerHostKeyAlgorithm[];
}

function otherHostKey(target: SshTarget, expected: HostKey, offered?: Buffer): string {
    return (
        `${at(target)} has another SSH host key than the one that was pinned, and was not talked to: ` +
        `expected ${expected.type} ${fingerprint(expected.blob)}, ` +
        `${offered === undefined ? "which it does not have" : `offered ${fingerprint(offered)}`}. If it was ` +
        "reinstalled, docs/operations.md says how to accept the new key"
    );
}

function inWords(error: Error & { code?: string }): string {
    const known: Record<string, string> = {
        ECONNREFUSED: "it refused the connection",
        EHOSTUNREACH: "there is no way to it (or it is off)",
        ENETUNREACH: "there is no way to its network",
        ECONNRESET: "it broke the connection off",
        ETIMEDOUT: "no answer",
    };
    return known[error.code ?? ""] ?? error.message;
}

function execute(
    client: Client,
    target: SshTarget,
    command: string,
    limits: SshLimits,
    { channel, limitMs = limits.commandMs }: CommandOptions = {},
): Promise<string> {
    const { answerBytes = 64 * 1024 * 1024 } = limits;
    // Enough to know it again; the rest is words for a program.
    const short = command.length > 60 ? `${command.slice(0, 57)}...` : command;
    return new Promise((resolve, reject) => {
        const fail = (problem: SshProblem, message: string): void => {
            clearTimeout(timer);
            reject(new SshError(problem, message));
        };
        const timer = setTimeout(() => {
            fail("command", `${at(target)}: "${short}" did not end within ${limitMs / 1000} s`);
            client.destroy();
        }, limitMs);
        const lost = (): void => fail("lost", `${at(target)}: the SSH connection was lost during "${short}"`);
        client.once("close", lost);
        client.exec(command, (refused, stream) => {
            if (refused) return fail("lost", `${at(target)}: "${short}" could not be started: ${refused.message}`);
            const out: Buffer[] = [];
            const output: Buffer[] = [];
            let [status, size]: [number | null | undefined, number] = [undefined, 0];
            const into = (kept: Buffer[]) => (chunk: Buffer) => {
                size += chunk.length;
                if (size <= answerBytes) return void kept.push(chunk);
                fail("command", `${at(target)}: "${short}" printed more than ${Math.round(answerBytes / 1024)} KiB`);
                client.destroy();
            };
            if (channel === undefined) stream.on("data", into(out));
            stream.stderr.on("data", into(output));
            stream.on("exit", (code: number | null) => {
                status = code;
            });
            stream.on("error", lost);
            stream.on("close", () => {
                client.removeListener("close", lost);
                if (status === 0) {
                    clearTimeout(timer);
                    resolve(printable(Buffer.concat(out).toString("utf8")));
                } else if (status === undefined) lost();
                else
                    fail(
                        "command",
                        `${at(target)}: "${short}" ` +
                            `failed${status === null ? "" : ` with exit status ${status}`}: ${lastLines(output)}`,
                    );
            });
            if (channel === undefined) stream.end();
            else channel(stream);
        });
    });
}

function lastLines(output: Buffer[]): string {
    const text = Buffer.concat(output).toString("utf8").trim();
    return text === "" ? "it printed nothing" : text.split("\n").slice(-5).join("\n");
}
