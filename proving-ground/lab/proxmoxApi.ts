/** A client of the lab's Proxmox API, for the lab's own commands and for tests that act behind Pulumi's back. */
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { UserError } from "../../tools/run";
import type { LabInstance } from "./instance";
import { keys } from "./pki";
import { proxmoxTokenFile } from "./proxmoxDaemon";

/** Calls `/api2/json<path>` and gives back the answer's `data`. */
export async function proxmoxCall<T>(
    instance: LabInstance,
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
): Promise<T> {
    const [token, ca] = await Promise.all([
        readFile(proxmoxTokenFile(instance), "utf8"),
        readFile(keys(instance).caCertificate),
    ]);
    return new Promise((resolve, reject) => {
        const call = request(
            {
                host: instance.gateway,
                port: instance.proxmoxPort,
                method,
                path: `/api2/json${path}`,
                ca,
                agent: false,
                timeout: 30_000,
                headers: { authorization: `PVEAPIToken=${token.trim()}` },
            },
            (response) => {
                let body = "";
                response
                    .setEncoding("utf8")
                    .on("data", (chunk: string) => (body += chunk))
                    .on("end", () => {
                        if (response.statusCode !== 200)
                            reject(
                                new UserError(`${method} ${path}: ${response.statusCode} ${response.statusMessage}`),
                            );
                        else resolve((JSON.parse(body) as { data: T }).data);
                    });
            },
        );
        call.once("timeout", () => call.destroy(new Error(`${method} ${path}: no answer`)));
        call.once("error", reject).end();
    });
}
