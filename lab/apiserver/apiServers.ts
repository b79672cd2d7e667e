/** The lab's API servers: one small Node process each, in a network namespace with an address of its own on the bridge. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { cgroupName } from "../cgroups";
import { readIfThere, writeAtomically } from "../files";
import { type LabInstance } from "../instance";
import { inNamespace, plugOf, plugOut, type Plug } from "../network/namespace";
import { memberUp } from "../network/network";
import { keys } from "../pki";
import { daemonPid, daemonReady, startDaemon, stopDaemon, type Daemon } from "../processes";
import { UserError } from "../../tools/run";
import { type Fault, type ServerSettings } from "./server";

export const API_SERVER_PORT = 6443;
const CONTROL_PORT = 6444;

/** Each server holds a few connections and no data; this keeps its memory near what Node itself needs. */
const SMALL = ["--max-old-space-size=32", "--max-semi-space-size=1", "--v8-pool-size=1"];

/** Starts every API server that does not run. */
export async function apiServersUp(instance: LabInstance): Promise<void> {
    // Once before they all ask for it.
    await compiled(instance);
    await Promise.all(instance.apiServers.map(({ name }) => startApiServer(instance, name)));
}

export async function startApiServer(instance: LabInstance, name: string): Promise<void> {
    const daemon = apiServerDaemon(instance, name);
    const address = addressOf(instance, name);
    await memberUp(instance, apiServerPlug(instance, name), address);
    if ((await daemonPid(daemon)) !== undefined) return;
    const settings: ServerSettings = {
        name,
        address,
        port: API_SERVER_PORT,
        controlPort: CONTROL_PORT,
        key: keys(instance).apiServerKey,
        certificate: keys(instance).apiServerCertificate,
    };
    const namespace = `--net=/run/netns/${apiServerPlug(instance, name).namespace}`;
    const program = await compiled(instance);
    await startDaemon(daemon, {
        command: "nsenter",
        args: [namespace, "--", process.execPath, ...SMALL, program, JSON.stringify(settings)],
        cgroup: cgroupName(instance.name, name),
        env: { PATH: process.env.PATH },
    });
    await daemonReady(daemon, () => accepts(address, API_SERVER_PORT), 15_000);
}

/** Ends the process, at once: connections are reset, as when a control-plane machine's process is killed. Its address stays. */
export async function stopApiServer(instance: LabInstance, name: string): Promise<void> {
    await stopDaemon(apiServerDaemon(instance, name), 2000);
}

/** Ends the process and takes its address off the network. */
export async function removeApiServer(instance: LabInstance, name: string): Promise<void> {
    await stopApiServer(instance, name);
    await plugOut(apiServerPlug(instance, name));
}

/** Makes a running API server misbehave; `{}` makes it healthy again. */
export async function setFault(instance: LabInstance, name: string, fault: Fault): Promise<void> {
    const script = `fetch("http://127.0.0.1:${CONTROL_PORT}/lab/fault", { method: "POST", body: process.argv[1] })
        .then((answer) => process.exit(answer.ok ? 0 : 1), (error) => { console.error(error); process.exit(1); })`;
    await inNamespace(apiServerPlug(instance, name).namespace, [process.execPath, "-e", script, JSON.stringify(fault)]);
}

export function apiServerDaemon(instance: LabInstance, name: string): Daemon {
    return {
        name: `API server ${name}`,
        pidFile: join(instance.directory, "apiserver", `${name}.pid`),
        logFile: join(instance.directory, "log", `${name}.log`),
    };
}

function apiServerPlug(instance: LabInstance, name: string): Plug {
    return plugOf(instance, name);
}

function addressOf(instance: LabInstance, name: string): string {
    const address = instance.apiServers.find((server) => server.name === name)?.address;
    if (address === undefined) throw new UserError(`There is no API server "${name}" in the lab.`);
    return address;
}

/** The server as one JavaScript file: a TypeScript loader in each of the processes would double their memory. */
async function compiled(instance: LabInstance): Promise<string> {
    const source = await readFile(join(__dirname, "server.ts"), "utf8");
    const file = join(instance.directory, "apiserver", `server-${createHash("sha256").update(source).digest("hex").slice(0, 12)}.cjs`);
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
