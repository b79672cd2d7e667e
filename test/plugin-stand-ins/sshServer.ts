import { type AddressInfo, connect } from "node:net";
import { type AuthContext, type Connection, Server, type ServerChannel, utils } from "ssh2";

/** One command as the server sees it. */
export interface RemoteProcess {
    command: string;
    environment: Record<string, string>;
    channel: ServerChannel;
    /** Resolves to everything the client sends before it ends its side. */
    stdin(): Promise<Buffer>;
}

export interface SshServerOptions {
    /** What a command does; by default it ends with 0. */
    run?: (process: RemoteProcess) => void | Promise<void>;
    /** True for the variables that are accepted, like sshd's AcceptEnv; by default all are refused. */
    acceptEnv?: (name: string) => boolean;
    authenticate?: (attempt: AuthContext) => boolean;
    hostKey?: { private: string; public: string };
    /** Private keys that the server has as well. */
    moreHostKeys?: string[];
    port?: number;
    /** Where it listens; default: 127.0.0.1. */
    address?: string;
}

export interface SshServer {
    port: number;
    /** In the authorized_keys format. */
    hostKey: string;
    commands: RemoteProcess[];
    /** Connections that were accepted, also those that failed to log in. */
    accepted: number;
    /** Resolves when no connection is open any more. */
    idle(): Promise<void>;
    close(): Promise<void>;
}

/**
 * ssh2 writes one Ed25519 key in 256 that it cannot read itself (a leading zero is lost): such a one is thrown away.
 */
export function newKey(): { private: string; public: string } {
    const key = utils.generateKeyPairSync("ed25519");
    return utils.parseKey(key.private) instanceof Error ? newKey() : key;
}

/** An SSH server in this process. */
export async function startSshServer(options: SshServerOptions = {}): Promise<SshServer> {
    const key = options.hostKey ?? newKey();
    const open = new Set<Connection>();
    let onIdle: () => void = () => undefined;
    const result = {
        port: 0,
        hostKey: key.public,
        commands: [] as RemoteProcess[],
        accepted: 0,
        idle: () => new Promise<void>((resolve) => (open.size === 0 ? resolve() : (onIdle = resolve))),
        close: () =>
            new Promise<void>((resolve) => {
                for (const connection of open) connection.end();
                server.close(() => resolve());
            }),
    };

    const server = new Server({ hostKeys: [key.private, ...(options.moreHostKeys ?? [])] }, (connection) => {
        result.accepted++;
        open.add(connection);
        (connection as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true); // not in the types
        connection.on("error", () => undefined);
        connection.on("close", () => {
            open.delete(connection);
            if (open.size === 0) onIdle();
        });
        connection.on("authentication", (attempt) => {
            if (attempt.method !== "none" && (options.authenticate?.(attempt) ?? true)) attempt.accept();
            else attempt.reject(["password", "publickey", "keyboard-interactive"]);
        });
        connection.on("tcpip", (accept, reject, { destIP, destPort }) => {
            const target = connect(destPort, destIP, () => {
                const channel = accept();
                channel.pipe(target).pipe(channel);
            });
            target.on("error", () => reject());
        });
        connection.on("session", (acceptSession) => {
            const session = acceptSession();
            const environment: Record<string, string> = {};
            session.on("env", (accept, reject, { key: name, val }) => {
                if (options.acceptEnv?.(name) === true) {
                    environment[name] = val;
                    accept?.();
                } else {
                    reject?.();
                }
            });
            session.on("exec", (accept, _reject, { command }) => {
                const channel = accept();
                const chunks: Buffer[] = [];
                const read = new Promise<Buffer>((resolve) => {
                    channel.on("data", (chunk: Buffer) => chunks.push(chunk));
                    channel.on("end", () => resolve(Buffer.concat(chunks)));
                });
                const process: RemoteProcess = { command, environment, channel, stdin: () => read };
                result.commands.push(process);
                void Promise.resolve((options.run ?? finish)(process));
            });
        });
    });
    await new Promise<void>((resolve) => server.listen(options.port ?? 0, options.address ?? "127.0.0.1", resolve));
    result.port = (server.address() as AddressInfo).port;
    return result;
}

/** Ends a command as a process does: what it wrote, then its exit code. */
export function finish({ channel }: RemoteProcess, { stdout = "", stderr = "", code = 0 } = {}): void {
    if (stderr !== "") channel.stderr.write(stderr);
    if (stdout !== "") channel.write(stdout);
    channel.exit(code);
    channel.end();
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
    const server = await startSshServer();
    await server.close();
    return server.port;
}
