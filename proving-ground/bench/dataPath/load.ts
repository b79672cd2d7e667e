/** Load from the lab's client on one address, and its figures. Every burst is short and bounded. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { percentile } from "../../../shared/report/statistics";
import { UserError } from "../../../tools/run";
import type { LabInstance } from "../../lab/instance";
import { inNamespace } from "../../lab/network/namespace";

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

/**
 * Answered requests a second, by wrk. Throws when some were not answered as they should be: such a figure says nothing.
 */
export function wrkRate(output: string): number {
    const rate = /^Requests\/sec:\s+([\d.]+)$/m.exec(output)?.[1];
    if (rate === undefined || /Non-2xx/.test(output) || /timeout [1-9]/.test(output))
        throw new UserError(`wrk was not answered as it should be:\n${output}`);
    return Number(rate);
}

/** Microseconds of each request, by the log of h2load: start, status, duration. */
export function requestLog(text: string): number[] {
    const rows = text
        .split("\n")
        .filter(Boolean)
        .map((row) => row.split("\t").map(Number));
    const bad = rows.filter(([, status]) => status !== 200).length;
    if (rows.length === 0 || bad > 0)
        throw new UserError(`h2load: ${bad} of ${rows.length} requests were not answered with 200.`);
    return rows.map(([, , took]) => took!);
}
