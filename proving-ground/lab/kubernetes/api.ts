/** The few calls the lab itself makes to its API servers: directly to one of them, as administrator. */
import { request } from "node:https";
import { API_SERVER_PORT } from "../apiserver/slot";
import { type LabInstance } from "../instance";
import { kubernetesKeys, tlsOf } from "./pki";

export interface ApiAnswer {
    status: number;
    /** The object, or the Status that says why not. */
    body: { message?: string; reason?: string };
}

/** One request on a connection of its own. */
export async function apiCall(
    instance: LabInstance,
    address: string,
    method: string,
    path: string,
    object?: unknown,
): Promise<ApiAnswer> {
    const tls = await tlsOf(instance, kubernetesKeys(instance).admin);
    const text = object === undefined ? undefined : JSON.stringify(object);
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const headers = text === undefined ? {} : { "content-type": type, "content-length": Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
        const call = request(
            { host: address, port: API_SERVER_PORT, method, path, headers, agent: false, timeout: 10_000, ...tls },
            (response) => {
                let answer = "";
                response.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk));
                response.once("end", () => {
                    try {
                        resolve({ status: response.statusCode ?? 0, body: JSON.parse(answer) as ApiAnswer["body"] });
                    } catch {
                        reject(new Error(`${method} ${path}: HTTP ${response.statusCode}, ${answer}`));
                    }
                });
                response.once("error", reject);
            },
        );
        call.once("timeout", () => call.destroy(new Error(`${method} ${path}: no answer within 10 s`)));
        call.once("error", reject).end(text);
    });
}

/** Makes an object unless it is there, and gives it a status. */
export async function ensureObject(
    instance: LabInstance,
    address: string,
    collection: string,
    object: NamedObject,
): Promise<void> {
    const path = `${collection}/${object.metadata.name}`;
    const made = await apiCall(instance, address, "POST", collection, object);
    if (made.status !== 201 && made.status !== 409) throw refused("POST", path, made);
    const patched = await apiCall(instance, address, "PATCH", `${path}/status`, { status: object.status });
    if (patched.status !== 200) throw refused("PATCH", `${path}/status`, patched);
}

export interface NamedObject {
    apiVersion: string;
    kind: string;
    metadata: { name: string };
    spec: unknown;
    status: unknown;
}

function refused(method: string, path: string, { status, body }: ApiAnswer): Error {
    return new Error(`${method} ${path}: HTTP ${status}, ${body.message ?? JSON.stringify(body)}`);
}
