/** The lab's Proxmox API, for the lab's own commands and for tests that act behind Pulumi's back. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { type Method, type ProxmoxCallError, proxmoxClient } from "../../shared/proxmox/client";
import { UserError } from "../../tools/run";
import type { LabInstance } from "./instance";
import { keys } from "./pki";
import { proxmoxTokenFile } from "./proxmoxDaemon";

/** Calls `/api2/json<path>` as root and returns the answer's `data`. */
export async function proxmoxCall<T>(instance: LabInstance, method: Method, path: string): Promise<T> {
    const [token, ca] = await Promise.all([
        readFile(proxmoxTokenFile(instance), "utf8"),
        readFile(keys(instance).caCertificate),
    ]);
    const endpoint = `https://${instance.gateway}:${instance.proxmoxPort}`;
    return proxmoxClient({ endpoint, token: token.trim(), ca })
        .call(method, path, z.custom<T>())
        .catch((error: ProxmoxCallError) => {
            throw new UserError(`${method} ${path}: ${error.reason}`);
        });
}
