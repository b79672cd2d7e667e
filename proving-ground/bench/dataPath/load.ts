/** Load from the lab's client on one address, and what came of it. Every burst is short and bounded. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LabInstance } from "../../lab/instance";
import { inNamespace } from "../../lab/network/namespace";
import { percentile } from "../../../shared/report/statistics";
import { requestLog, wrkRate } from "./output";

/** Seconds each burst lasts. */
const BURST = 3;
/** Connections at once. */
const CLIENTS = 32;
/** The moderate rate that latency is measured at: requests a second on each of the connections. */
const STEADY = { clients: 10, rate: 40 };

export interface Latency {
    /** Milliseconds. */
    median: number;
    p99: number;
}

/** New connections a second: each is a TCP and a full TLS handshake, one request, and a close. */
export async function newConnections(instance: LabInstance, target: string): Promise<number> {
    return wrkRate(await wrk(instance, target, ["-H", "Connection: close"]));
}

/** Requests a second on connections that are kept. */
export async function keptConnections(instance: LabInstance, target: string): Promise<number> {
    return wrkRate(await wrk(instance, target, []));
}

/** From request to answer, at a rate far below what can be had, on kept connections. */
export async function latency(instance: LabInstance, target: string): Promise<Latency> {
    const folder = await mkdtemp(join(tmpdir(), "ha-api-bench-"));
    try {
        const log = join(folder, "requests");
        await client(instance, [
            "h2load",
            "--h1",
            "-c",
            String(STEADY.clients),
            "--rps",
            String(STEADY.rate),
            "-D",
            String(BURST),
            "--warm-up-time=1s",
            `--log-file=${log}`,
            target,
        ]);
        const took = requestLog(await readFile(log, "utf8"));
        return { median: percentile(took, 0.5) / 1000, p99: percentile(took, 0.99) / 1000 };
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

function wrk(instance: LabInstance, target: string, more: string[]): Promise<string> {
    return client(instance, ["wrk", "-t", "2", "-c", String(CLIENTS), "-d", `${BURST}s`, ...more, target]);
}

function client(instance: LabInstance, command: string[]): Promise<string> {
    return inNamespace(instance.client.namespace, command);
}
