import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { API_SERVER_PORT } from "./slot";
import { type LabInstance } from "../instance";
import { keys } from "../pki";

/**
 * What an API server says about itself on a new connection and without credentials: `ok`, another answer, or why there
 * was none.
 */
export async function readyz(
    instance: LabInstance,
    address: string,
    caCertificate = keys(instance).caCertificate,
): Promise<string> {
    const ca = await readFile(caCertificate);
    return new Promise((resolve) => {
        const call = request(
            { host: address, port: API_SERVER_PORT, path: "/readyz", ca, agent: false, timeout: 2000 },
            (response) => {
                response.resume();
                resolve(response.statusCode === 200 ? "ok" : `HTTP ${response.statusCode}`);
            },
        );
        call.once("timeout", () => call.destroy(new Error("no answer within 2 s")));
        call.once("error", (error) => resolve(error.message)).end();
    });
}
