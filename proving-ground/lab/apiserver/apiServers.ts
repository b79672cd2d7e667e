/**
 * The lab's stand-ins for API servers: one small Node process each, in a network namespace with an address of its own
 * on the bridge.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { readIfThere, writeAtomically } from "../files";
import { type LabInstance } from "../instance";
import { clusterRunning } from "../kubernetes/members";
import { inNamespace } from "../network/namespace";
import { keys } from "../pki";
import { daemonPid, daemonReady, startDaemon, stopDaemon } from "../processes";
import { API_SERVER_PORT, slotDaemon, slotVeth, takeSlot } from "./slot";
import { type Fault, type ServerSettings } from "./server";

export { API_SERVER_PORT } from "./slot";
const CONTROL_PORT = 6444;

/** Each server holds a few connections and no data; this keeps its memory near what Node itself needs. */
const SMALL = ["--max-old-space-size=32", "--max-semi-space-size=1", "--v8-pool-size=1"];

/**
 * Starts a stand-in wherever no API server runs. Beside real ones an empty slot stays empty: whoever emptied it wants
 * to see what happens.
 */
export async function apiServersUp(instance: LabInstance): Promise<void> {
    if (await clusterRunning(instance)) return;
    // Once before they all ask for it.
    await compiled(instance);
    await Promise.all(instance.apiServers.map(({ name }) => startApiServer(instance, name)));
}

/** Starts the stand-in at the server's address, in place of a real one if that serves there. */
export async function startApiServer(instance: LabInstance, name: string): Promise<void> {
    const daemon = slotDaemon(instance, name, "stand-in");
    const { address, enter, cgroup } = await takeSlot(instance, name, "stand-in");
    if ((await daemonPid(daemon)) !== undefined) return;
    const settings: ServerSettings = {
        name,
        port: API_SERVER_PORT,
        controlPort: CONTROL_PORT,
        key: keys(instance).apiServerKey,
        certificate: keys(instance).apiServerCertificate,
        expired: keys(instance).apiServerExpired,
    };
    const program = await compiled(instance);
    await startDaemon(daemon, {
        command: "nsenter",
        args: [...enter, process.execPath, ...SMALL, program, JSON.stringify(settings)],
        cgroup,
        env: { PATH: process.env.PATH },
    });
    await daemonReady(daemon, () => accepts(address, API_SERVER_PORT), 15_000);
}

/**
 * Ends the stand-in, at once: connections are reset, as when a control-plane machine's process is killed. Its address
 * stays.
 */
export async function stopApiServer(instance: LabInstance, name: string): Promise<void> {
    await stopDaemon(slotDaemon(instance, name, "stand-in"), 2000);
}

/** It serves, and says everywhere that it is not ready. */
export const NOT_READY: Fault = { readyz: 500, livez: 500, healthz: 500 };

/** Makes a running API server misbehave; `{}` makes it healthy again. */
export async function setFault(instance: LabInstance, name: string, fault: Fault): Promise<void> {
    const script = `fetch("http://127.0.0.1:${CONTROL_PORT}/lab/fault", { method: "POST", body: process.argv[1] })
        .then((answer) => process.exit(answer.ok ? 0 : 1), (error) => { console.error(error); process.exit(1); })`;
    await inNamespace(slotVeth(instance, name).namespace, [process.execPath, "-e", script, JSON.stringify(fault)]);
}

/** The server as one JavaScript file: a TypeScript loader in each of the processes would double their memory. */
async function compiled(instance: LabInstance): Promise<string> {
    const source = await readFile(join(__dirname, "server.ts"), "utf8");
    const file = join(
        instance.directory,
        "apiserver",
        `server-${createHash("sha256").update(source).digest("hex").slice(0, 12)}.cjs`,
    );
    if ((await readIfThere(file)) !== undefined) return file;
    const { default: typescript } = await import("typescript");
    const { ModuleKind, ScriptTarget } = typescript;
    const { outputText } = typescript.transpileModule(source, {
        compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 },
    });
    await writeAtomically(file, outputText);
    return file;
}

function accepts(host: string, port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect({ host, port, timeout: 500 });
        const end = (accepted: boolean) => () => {
            socket.destroy();
            resolve(accepted);
        };
        socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
    });
}
