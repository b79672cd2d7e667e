import { commandLine } from "../../../tools/commandLine";
import { flag } from "../../../tools/options";
import { readyz } from "../apiserver/readyz";
import { serverKindOf } from "../apiserver/slot";
import { hostsHolding, readHosts } from "../hosts";
import type { LabInstance } from "../instance";
import { labRunning } from "../lifecycle";

const line = commandLine({
    call: "npm run lab:status --",
    about:
        "Shows the lab: machines, which host holds the VIP, API servers. For the state of the deployment in it: npm " +
        "run status.",
    options: { json: flag("for programs") },
    statuses: { 0: "it was shown, also where there is no lab" },
    examples: ["npm run lab:status", "npm run -s lab:status -- --json | jq .vipHeldBy"],
});

export async function status(instance: LabInstance, words: string[]): Promise<void> {
    const { json } = line.read(words);
    const running = await labRunning(instance);
    const vip = `${instance.subnet}.100`;
    const hosts = running ? await readHosts(instance) : [];
    const apiServers = await Promise.all(
        instance.apiServers.map(async ({ name, address }) => ({
            name,
            address,
            kind: await serverKindOf(instance, name),
            readyz: running ? await readyz(instance, address) : "lab is down",
        })),
    );
    const report = { lab: instance.name, running, vip, vipHeldBy: hostsHolding(hosts, vip), hosts, apiServers };
    if (json) {
        process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
        return;
    }
    if (!running) return print(`The lab "${instance.name}" is not up; start it with: npm run lab`);
    print(`VIP ${vip}: held by ${report.vipHeldBy.join(" and ") || "no host"}`);
    for (const host of hosts)
        print(
            `  ${host.name.padEnd(10)} VM ${host.vmId} on ${host.node}  ` +
                `${host.running ? "running" : "off    "}  ${host.addresses.join(" ")}`,
        );
    print("API servers:");
    for (const { name, address, kind, readyz: answer } of apiServers) {
        print(
            `  ${name.padEnd(10)} ${address}  /readyz: ` +
                `${answer}${kind === "kube-apiserver" ? "  (kube-apiserver)" : ""}`,
        );
    }
}

/** The answer to a question goes to standard output, where it can be searched and piped. */
function print(line: string): void {
    process.stdout.write(`${line}\n`);
}
