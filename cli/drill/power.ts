/** Power of hosts that are VMs of the stack, by the Proxmox API with the stack's own endpoint and token. */
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { LabInstance } from "../../proving-ground/lab/instance";
import { proxmoxTokenFile } from "../../proving-ground/lab/proxmoxDaemon";
import { UserError } from "../../tools/run";

export interface Power {
    /** At once, as when the plug is pulled; comes back when it is off. */
    off(host: string): Promise<void>;
    on(host: string): Promise<void>;
}

/** What the stack says of its hosts: those that are VMs have an id. */
const vms = z.array(z.object({ name: z.string(), vmId: z.number().optional() }));

/** The way to the power switches, or why there is none. */
export async function powerOf(
    hosts: unknown,
    config: Record<string, unknown>,
    lab: LabInstance | undefined,
): Promise<Power | string> {
    const parsed = vms.safeParse(hosts);
    const known = parsed.success ? parsed.data : [];
    const without = known.filter(({ vmId }) => vmId === undefined).map(({ name }) => name);
    if (known.length === 0 || without.length > 0)
        return `${without.join(" and ") || "a host"} is no VM of this stack: nothing here can switch it off and on`;
    const { endpoint = process.env["PROXMOX_VE_ENDPOINT"], insecure = false } = (config["proxmox"] ?? {}) as {
        endpoint?: string;
        insecure?: boolean;
    };
    const token = [
        config["proxmoxApiToken"],
        process.env["PROXMOX_VE_API_TOKEN"],
        lab && (await readFile(proxmoxTokenFile(lab), "utf8")).trim(),
    ].find((each) => typeof each === "string" && each !== "");
    if (endpoint === undefined) return "the stack's configuration has no proxmox.endpoint";
    if (typeof token !== "string")
        return "there is no Proxmox API token: neither the stack's proxmoxApiToken nor PROXMOX_VE_API_TOKEN is set";
    return proxmoxPower({ endpoint, token, insecure }, new Map(known.map(({ name, vmId }) => [name, vmId!])));
}

interface Api {
    endpoint: string;
    token: string;
    insecure: boolean;
}

const TASK_SECONDS = 60;

function proxmoxPower(api: Api, vmIds: Map<string, number>): Power {
    async function power(host: string, action: "start" | "stop"): Promise<void> {
        const vmId = vmIds.get(host)!;
        // Where it is now: VMs migrate.
        const resources = await call<{ vmid: number; node: string }[]>(api, "GET", "/cluster/resources?type=vm");
        const node = resources.find(({ vmid }) => vmid === vmId)?.node;
        if (node === undefined) throw new UserError(`Proxmox knows no VM ${vmId}, which ${host} should be.`);
        const task = await call<string>(api, "POST", `/nodes/${node}/qemu/${vmId}/status/${action}`);
        for (let tries = 0; tries < TASK_SECONDS * 10; tries++) {
            const { status, exitstatus } = await call<{ status: string; exitstatus?: string }>(
                api,
                "GET",
                `/nodes/${node}/tasks/${encodeURIComponent(task)}/status`,
            );
            // It is on: somebody else was quicker, or it never went off.
            if (
                status === "stopped" &&
                (exitstatus === "OK" || (action === "start" && /already running/.test(exitstatus ?? "")))
            )
                return;
            if (status === "stopped")
                throw new UserError(
                    `Proxmox could not ${action} VM ${vmId} (${host}): ${exitstatus ?? "no reason given"}`,
                );
            await sleep(100);
        }
        throw new UserError(`Proxmox did not ${action} VM ${vmId} (${host}) within ${TASK_SECONDS} s.`);
    }
    return { off: (host) => power(host, "stop"), on: (host) => power(host, "start") };
}

function call<T>({ endpoint, token, insecure }: Api, method: "GET" | "POST", path: string): Promise<T> {
    const url = new URL(`/api2/json${path}`, endpoint);
    return new Promise((resolve, reject) => {
        const fail = (why: string): void =>
            reject(new UserError(`The Proxmox API at ${url.host} did not do ${method} ${path}: ${why}`));
        const asked = request(
            url,
            {
                method,
                rejectUnauthorized: !insecure,
                agent: false,
                timeout: 30_000,
                headers: { authorization: `PVEAPIToken=${token}` },
            },
            (response) => {
                let body = "";
                response
                    .setEncoding("utf8")
                    .on("data", (chunk: string) => (body += chunk))
                    .on("end", () => {
                        if (response.statusCode !== 200) fail(`${response.statusCode} ${response.statusMessage}`);
                        else resolve((JSON.parse(body) as { data: T }).data);
                    });
            },
        );
        asked.once("timeout", () => asked.destroy(new Error("no answer within 30 s")));
        asked.once("error", (error) => fail(error.message)).end();
    });
}
