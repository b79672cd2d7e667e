/** Starts the probe in the client's namespace and collects what it saw. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { UserError } from "../../tools/run";
import { API_SERVER_PORT } from "../apiserver/apiServers";
import type { LabInstance } from "../instance";
import { keys } from "../pki";
import type { Observations } from "./observations";
import type { ProbeSettings } from "./probe";

/** Runs `work` while a client watches an address; gives back what the client saw from before its start until after its end. */
export async function watching(instance: LabInstance, host: string, work: () => Promise<unknown>, options: Partial<ProbeSettings> = {}): Promise<Observations> {
    const settings: ProbeSettings = {
        host, port: API_SERVER_PORT, caFile: keys(instance).caCertificate, everyMs: 5, timeoutMs: 2000, limitMs: 180_000, watch: true, ...options,
    };
    const probe = spawn("nsenter", [
        `--net=/run/netns/${instance.client.namespace}`, "--", process.execPath, "--import", "tsx", join(__dirname, "probe.ts"), JSON.stringify(settings),
    ], { stdio: ["pipe", "pipe", "pipe"], cwd: join(__dirname, "..", "..") });
    const output = collect(probe);
    try {
        await output.ready;
        await work();
    } finally {
        probe.stdin.end();
    }
    return JSON.parse((await output.all).replace(/^ready\n/, "")) as Observations;
}

function collect(probe: ChildProcessWithoutNullStreams): { ready: Promise<void>; all: Promise<string> } {
    let text = "";
    let complaints = "";
    let begin: () => void = () => undefined;
    let fail: (error: Error) => void = () => undefined;
    const ready = new Promise<void>((resolve, reject) => {
        begin = resolve;
        fail = reject;
    });
    probe.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        if (text.startsWith("ready\n")) begin();
    });
    probe.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaints += chunk));
    const all = new Promise<string>((resolve) => probe.once("close", () => {
        fail(new UserError(`The client got no answer: ${complaints === "" ? "nothing answers at the address" : complaints}`));
        resolve(text);
    }));
    return { ready, all };
}
