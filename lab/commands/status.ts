import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { API_SERVER_PORT } from "../apiserver/apiServers";
import { holders, readHosts } from "../hosts";
import type { LabInstance } from "../instance";
import { labRunning } from "../lifecycle";
import { keys } from "../pki";

/** Machines, VIP holder and API servers; `--json` for programs. */
export async function status(instance: LabInstance, args: string[]): Promise<void> {
    const running = await labRunning(instance);
    const vip = `${instance.subnet}.100`;
    const hosts = running ? await readHosts(instance) : [];
    const apiServers = await Promise.all(instance.apiServers.map(async ({ name, address }) =>
        ({ name, address, readyz: running ? await readyz(instance, address) : "lab is down" })));
    const report = { lab: instance.name, running, vip, vipHolders: holders(hosts, vip), hosts, apiServers };
    if (args.includes("--json")) {
        process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
        return;
    }
    if (!running) return print(`The lab "${instance.name}" is not up; start it with: npm run lab`);
    print(`VIP ${vip}: held by ${report.vipHolders.join(" and ") || "nobody"}`);
    for (const host of hosts) print(`  ${host.name.padEnd(10)} VM ${host.vmId} on ${host.node}  ${host.running ? "running" : "off    "}  ${host.addresses.join(" ")}`);
    print("API servers:");
    for (const { name, address, readyz: answer } of apiServers) print(`  ${name.padEnd(10)} ${address}  /readyz: ${answer}`);
}

/** The answer to a question goes to standard output, where it can be searched and piped. */
function print(line: string): void {
    process.stdout.write(`${line}\n`);
}

/** `ok`, another answer, or why there was none. */
async function readyz(instance: LabInstance, address: string): Promise<string> {
    const ca = await readFile(keys(instance).caCertificate);
    return new Promise((resolve) => {
        const call = request({ host: address, port: API_SERVER_PORT, path: "/readyz", ca, agent: false, timeout: 2000 }, (response) => {
            response.resume();
            resolve(response.statusCode === 200 ? "ok" : `HTTP ${response.statusCode}`);
        });
        call.once("timeout", () => call.destroy(new Error("no answer within 2 s")));
        call.once("error", (error) => resolve(error.message)).end();
    });
}
