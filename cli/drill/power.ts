/** Power of hosts that are VMs of the stack, by the Proxmox API with the stack's own endpoint and token. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { task as taskName, taskStatus } from "../../components/proxmox/answers";
import type { PowerControl } from "../../shared/faults/injector";
import {
    type Method,
    type ProxmoxCallError,
    type ProxmoxClientOptions,
    proxmoxClient,
} from "../../shared/proxmox/client";
import { UserError } from "../../tools/run";

/** What the stack says of its hosts: those that are VMs have an id. */
const vms = z.array(z.object({ name: z.string(), vmId: z.number().optional() }));

/** The way to the power switches, or why there is none. `labToken` is for a stack that is not configured with one. */
export function powerOf(
    hosts: unknown,
    config: Record<string, unknown>,
    labToken: string | undefined,
): PowerControl | string {
    const parsed = vms.safeParse(hosts);
    const known = parsed.success ? parsed.data : [];
    const without = known.filter(({ vmId }) => vmId === undefined).map(({ name }) => name);
    if (known.length === 0 || without.length > 0)
        return `${without.join(" and ") || "a host"} is no VM of this stack: nothing here can switch it off and on`;
    const { endpoint = process.env["PROXMOX_VE_ENDPOINT"], insecure = false } = (config["proxmox"] ?? {}) as {
        endpoint?: string;
        insecure?: boolean;
    };
    const token = [config["proxmoxApiToken"], process.env["PROXMOX_VE_API_TOKEN"], labToken].find(
        (each) => typeof each === "string" && each !== "",
    );
    if (endpoint === undefined) return "the stack's configuration has no proxmox.endpoint";
    if (typeof token !== "string")
        return "there is no Proxmox API token: neither the stack's proxmoxApiToken nor PROXMOX_VE_API_TOKEN is set";
    return proxmoxPower({ endpoint, token, insecure }, new Map(known.map(({ name, vmId }) => [name, vmId!])));
}

const guests = z.array(z.object({ vmid: z.number(), node: z.string() }));

const TASK_SECONDS = 60;

function proxmoxPower(options: ProxmoxClientOptions, vmIds: Map<string, number>): PowerControl {
    const client = proxmoxClient(options);
    const call = <T>(method: Method, path: string, shape: z.ZodType<T>): Promise<T> =>
        client.call(method, path, shape).catch((error: ProxmoxCallError) => {
            const { host } = new URL(options.endpoint);
            throw new UserError(`The Proxmox API at ${host} did not do ${method} ${path}: ${error.reason}`);
        });
    async function power(host: string, action: "start" | "stop"): Promise<void> {
        const vmId = vmIds.get(host)!;
        // Where it is now: VMs migrate.
        const resources = await call("GET", "/cluster/resources?type=vm", guests);
        const node = resources.find(({ vmid }) => vmid === vmId)?.node;
        if (node === undefined) throw new UserError(`Proxmox knows no VM ${vmId}, which ${host} should be.`);
        const task = await call("POST", `/nodes/${node}/qemu/${vmId}/status/${action}`, taskName);
        for (let tries = 0; tries < TASK_SECONDS * 10; tries++) {
            const { status, exitstatus } = await call(
                "GET",
                `/nodes/${node}/tasks/${encodeURIComponent(task)}/status`,
                taskStatus,
            );
            // It is on: something else started it first, or it never went off.
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
