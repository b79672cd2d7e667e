import { type Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { type Client, type ConnectConfig, type ServerHostKeyAlgorithm } from "ssh2";
import { type Log } from "../shared/engineLog";
import { abortReason } from "../shared/operations";
import { address, type Connection, type Endpoint } from "./connection";
import { fingerprint, parseHostKey } from "./hostKey";
import { readPrivateKey } from "./privateKey";
import { goDialReason } from "./goErrors";

/** An SSH connection; closing it also closes the one to the jump host. */
export interface OpenConnection {
    client: Client;
    close: () => void;
}

/** Connects, through the jump host if there is one, as often as the connection's dialErrorLimit allows. */
export async function dial(connection: Connection, signal: AbortSignal, log: Log): Promise<OpenConnection> {
    const prepared = await prepare(connection);
    if (connection.proxy === undefined) {
        const client = await dialWithRetry("Dial", connection, signal, log, () => connect(prepared, signal));
        return { client, close: () => end(client) };
    }

    const { proxy } = connection;
    try {
        const preparedProxy = await prepare(proxy);
        const jump = await dialWithRetry("Dial proxy", proxy, signal, log, () => connect(preparedProxy, signal));
        try {
            const client = await dialWithRetry("Dial from proxy", connection, signal, log, async () =>
                connect(prepared, signal, await forward(jump, connection)),
            );
            return {
                client,
                close: () => {
                    end(client);
                    end(jump);
                },
            };
        } catch (error) {
            end(jump);
            throw error;
        }
    } catch (error) {
        throw signal.aborted ? error : new Error(`proxy: ${message(error)}`);
    }
}

/**
 * The pause doubles by halves from 0.1 s to 5 s. Every failure counts, refused keys too: a machine that boots refuses
 * them at first.
 */
async function dialWithRetry<T>(
    what: string,
    endpoint: Endpoint,
    signal: AbortSignal,
    log: Log,
    attempt: () => Promise<T>,
): Promise<T> {
    const limit = endpoint.dialErrorLimit;
    let milliseconds = 100;
    let reason = "";
    for (let failures = 1; ; failures++) {
        try {
            signal.throwIfAborted();
            return await attempt();
        } catch (error) {
            if (signal.aborted) {
                const last = failures > 1 ? `; the last of ${failures - 1} failed attempts: ${reason}` : "";
                throw new Error(`${abortReason(signal).message} while connecting to ${address(endpoint)}${last}`, {
                    cause: error,
                });
            }
            reason = message(error);
        }
        // The limit is of failures to put up with, so there is one attempt more than the limit.
        if (limit >= 0 && failures > limit) throw new Error(`after ${limit} failed attempts: ${reason}`);
        log.status(`${what} ${failures}/${limit < 0 ? "inf" : limit} failed: retrying`);
        await pause(milliseconds, undefined, { signal }).catch(() => undefined);
        milliseconds = Math.min(milliseconds * 1.5, 5000);
    }
}

interface Prepared {
    endpoint: Endpoint;
    config: ConnectConfig;
    newClient: () => Client;
    /** Set when the server's key is not the expected one; ssh2's own message does not say which was offered. */
    hostKeyProblem: { text?: string };
}

/** What can be wrong with the settings themselves is found here, before and outside the retries. */
async function prepare(endpoint: Endpoint): Promise<Prepared> {
    // Loaded on first use: it takes longer to load than everything else in this process together.
    const { default: ssh } = await import("ssh2");
    const { hostKey, password } = endpoint;
    const hostKeyProblem: { text?: string } = {};
    const config: ConnectConfig = {
        host: endpoint.host,
        port: endpoint.port,
        username: endpoint.user,
        readyTimeout: 0, // perDialTimeout covers the handshake as well
    };

    const methods = ["none"];
    if (endpoint.privateKey !== undefined) {
        config.privateKey = readPrivateKey(endpoint.privateKey, endpoint.privateKeyPassword, ssh.utils);
        if (endpoint.privateKeyPassword !== undefined) config.passphrase = endpoint.privateKeyPassword;
        methods.push("publickey");
    }
    if (password !== undefined) {
        config.password = password;
        config.tryKeyboard = true;
        methods.push("password", "keyboard-interactive");
    }
    const agent = endpoint.agentSocketPath ?? (process.env["SSH_AUTH_SOCK"] || undefined);
    if (agent !== undefined) {
        config.agent = agent;
        methods.push("agent");
    }
    config.authHandler = methods as ConnectConfig["authHandler"];

    if (hostKey !== undefined) {
        const expected = parseHostKey(hostKey);
        // Only the type of the expected key is negotiated, as the official plugin does it. For "ssh-rsa" that is the
        // SHA-1 signature, which today's servers refuse: there an RSA host key cannot be pinned, and it must not seem
        // to work here.
        config.algorithms = { serverHostKey: [expected.type as ServerHostKeyAlgorithm] };
        config.hostVerifier = (offered: Buffer) => {
            if (offered.equals(expected.blob)) return true;
            const [wanted, got] = [expected.blob, offered].map(fingerprint);
            hostKeyProblem.text = `ssh: host key mismatch: expected ${wanted}, offered ${got}`;
            return false;
        };
    }
    return { endpoint, config, newClient: () => new ssh.Client(), hostKeyProblem };
}

/** One attempt: TCP (or the given stream), handshake and log-in, within perDialTimeout. */
function connect(
    { endpoint, config, newClient, hostKeyProblem }: Prepared,
    signal: AbortSignal,
    stream?: Duplex,
): Promise<Client> {
    const client = newClient();
    return new Promise<Client>((resolve, reject) => {
        const at = address(endpoint);
        const give = (error: Error) => {
            settle();
            client.destroy();
            stream?.destroy();
            reject(error);
        };
        const timer =
            endpoint.perDialTimeout > 0
                ? setTimeout(() => give(new Error(`dial tcp ${at}: i/o timeout`)), endpoint.perDialTimeout * 1000)
                : undefined;
        const onAbort = () => give(abortReason(signal));
        const settle = () => {
            clearTimeout(timer);
            signal.removeEventListener("abort", onAbort);
        };
        signal.addEventListener("abort", onAbort);

        client.on("ready", () => {
            settle();
            resolve(client);
        });
        // Stays on after the log-in, when an error without a listener would end the process: the open channel tells of
        // the loss.
        client.on("error", (error: Error & { level?: string; code?: string }) => {
            if (error.level === "client-socket" && !hostKeyProblem.text)
                give(new Error(`dial tcp ${at}: ${goDialReason(error)}`));
            else give(new Error(`ssh: handshake failed: ${handshakeReason(error, config, hostKeyProblem)} (${at})`));
        });
        client.on("close", () => give(new Error(`ssh: handshake failed: EOF (${at})`)));
        client.on("keyboard-interactive", (_name, _instructions, _lang, prompts, finish) => {
            finish(prompts.map(() => endpoint.password ?? ""));
        });
        try {
            client.connect(stream === undefined ? config : { ...config, sock: stream });
            // Without it each of the ten or so round trips of a log-in waits 40 ms for the other side's delayed
            // acknowledgement.
            client.setNoDelay(true);
        } catch (error) {
            give(new Error(`ssh: ${message(error)} (${at})`));
        }
    });
}

function handshakeReason(
    error: Error & { level?: string },
    config: ConnectConfig,
    hostKeyProblem: { text?: string },
): string {
    if (hostKeyProblem.text !== undefined) {
        const { text } = hostKeyProblem;
        delete hostKeyProblem.text;
        return text;
    }
    if (error.level === "client-authentication" || error.level === "agent") {
        const tried = (config.authHandler as string[]).join(" ");
        return `ssh: unable to authenticate, attempted methods [${tried}], no supported methods remain`;
    }
    return error.message;
}

function forward(jump: Client, to: Endpoint): Promise<Duplex> {
    return new Promise((resolve, reject) => {
        jump.forwardOut("127.0.0.1", 0, to.host, to.port, (error, stream) => {
            if (error) reject(new Error(`dial tcp ${address(to)}: ${error.message}`));
            else resolve(stream);
        });
    });
}

/** Says goodbye and makes sure that the socket is gone soon even if the server does not answer. */
function end(client: Client): void {
    client.end();
    setTimeout(() => client.destroy(), 1000).unref();
}

function message(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
