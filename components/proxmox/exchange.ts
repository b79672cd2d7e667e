/** One call of the Proxmox API. What is answered is read whatever it is: it is data of another machine. */
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import type { SecureContext } from "node:tls";
import type { z } from "zod";
import { printable, printableLine } from "../text/display";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface Exchange {
    /** `https://HOST:PORT`. */
    endpoint: string;
    /** `user@realm!name=secret`. */
    token: string;
    /** Whose certificates are believed. */
    trust: { ca?: string | Buffer; secureContext?: SecureContext; rejectUnauthorized?: boolean };
    method: Method;
    /** Below /api2/json. */
    path: string;
    /** Milliseconds without a word after which there is no answer; all of it may take four times as long. */
    timeoutMs?: number;
}

export interface Answer {
    status: number;
    /** Proxmox says there what is wrong. */
    statusText: string;
    /** Of a status of 200, what the body is; undefined of another one. */
    body: unknown;
}

/** Bytes. A cluster of a thousand guests answers with less than one. */
const MOST_BYTES = 32 * 1024 ** 2;
const TIMEOUT_MS = 30_000;
const TIMES_LONGER = 4;

/**
 * Asks. Throws an error with a `code` where there is no answer, as Node.js does, and one without where the answer is
 * none that Proxmox gives.
 */
export async function exchange(call: Exchange): Promise<Answer> {
    const { endpoint, token, trust, method, path, timeoutMs = TIMEOUT_MS } = call;
    const late = (): Error => noAnswer(`no answer within ${timeoutMs / 1000} s`);
    const signal = AbortSignal.timeout(TIMES_LONGER * timeoutMs);
    try {
        const response = await new Promise<IncomingMessage>((resolve, reject) => {
            const url = new URL(`/api2/json${path}`, endpoint);
            const headers = { authorization: `PVEAPIToken=${token}` };
            const asked = request(
                url,
                { method, agent: false, timeout: timeoutMs, headers, signal, ...trust },
                resolve,
            );
            asked.on("timeout", () => asked.destroy(late()));
            asked.on("error", reject).end();
        });
        const { statusCode: status = 0, statusMessage = "" } = response;
        const text = await textOf(response, call);
        return {
            status,
            statusText: printableLine(statusMessage),
            body: status === 200 ? parsed(text, call) : undefined,
        };
    } catch (error) {
        throw signal.aborted ? noAnswer(`no whole answer within ${(TIMES_LONGER * timeoutMs) / 1000} s`) : error;
    }
}

/** What a body is, or a refusal that says where it is something else. */
export function dataOf<T>(call: Exchange, { body }: Answer, shape: z.ZodType<T>): T {
    const { data } = typeof body === "object" && body !== null ? (body as { data?: unknown }) : {};
    const { success, data: read, error } = shape.safeParse(data);
    if (success) return read;
    const { path, message } = error.issues[0]!;
    const at = ["data", ...path.map(String)].join(".");
    throw new Error(notProxmox(call, `${printableLine(at)}: ${printableLine(message)}`));
}

async function textOf(response: IncomingMessage, call: Exchange): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > MOST_BYTES) throw new Error(notProxmox(call, `more than ${MOST_BYTES / 1024 ** 2} MiB`));
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
}

/** Texts are shown to people: nothing in them is for a terminal. */
function parsed(text: string, call: Exchange): unknown {
    try {
        return JSON.parse(text, (_, value: unknown) => (typeof value === "string" ? printable(value) : value));
    } catch {
        throw new Error(notProxmox(call, "no JSON"));
    }
}

const noAnswer = (message: string): Error => Object.assign(new Error(message), { code: "ETIMEDOUT" });

const notProxmox = ({ endpoint, method, path }: Exchange, what: string): string =>
    `${new URL(endpoint).host} answered ${method} ${path} as Proxmox VE does not (${what}). Is that its API, and does ` +
    "nothing before it answer in its place?";
