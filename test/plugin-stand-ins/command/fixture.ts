import { commandProvider } from "../../../plugin-stand-ins/command/provider";
import { type Properties } from "../../../plugin-stand-ins/shared/properties";
import { Engine } from "../harness";
import { type SshServer, type SshServerOptions, startSshServer } from "../sshServer";

const started: { engine: Engine; servers: SshServer[] }[] = [];

/** The command provider and an SSH server for it; `stopAll` in `afterEach` ends them. */
export async function start(options: SshServerOptions = {}): Promise<{ engine: Engine; server: SshServer }> {
    const engine = await startEngine();
    return { engine, server: await startServer(options) };
}

export async function startEngine(): Promise<Engine> {
    const engine = await Engine.start(commandProvider, "command:remote:Command");
    started.push({ engine, servers: [] });
    return engine;
}

export async function startServer(options: SshServerOptions = {}): Promise<SshServer> {
    const server = await startSshServer(options);
    started.at(-1)?.servers.push(server);
    return server;
}

export async function stopAll(): Promise<void> {
    for (const { engine, servers } of started.splice(0)) {
        engine.stop();
        await Promise.all(servers.map((server) => server.close()));
    }
}

export const password = "correct horse";

/** A connection to the server that fails at once rather than trying again. */
export function connectionTo(server: { port: number }, more: Properties = {}): Properties {
    return {
        host: "127.0.0.1",
        port: server.port,
        user: "admin",
        password,
        dialErrorLimit: 0,
        perDialTimeout: 5,
        ...more,
    };
}
