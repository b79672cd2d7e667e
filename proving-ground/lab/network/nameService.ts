/**
 * Names for the lab: dnsmasq on the gateway address, answering for the lab's own domain and asking this machine's
 * resolvers for others.
 */
import { join } from "node:path";
import { cgroupName } from "../cgroups";
import { readIfThere, writeAtomically } from "../files";
import { type LabInstance } from "../instance";
import { daemonPid, daemonReady, startDaemon, stopDaemon, type Daemon } from "../processes";
import { succeeds } from "../../../tools/run";

/** The hosts file: every name of the lab there is by convention, so that nothing has to be registered later. */
export function labHosts(instance: LabInstance): string {
    const host = (octet: number): string => `${instance.subnet}.${octet}`;
    const hosts: [string, string][] = [
        [instance.gateway, "gateway"],
        ...Array.from({ length: 10 }, (_, index): [string, string] => [host(10 + index), `existing${index + 1}`]),
        ...instance.apiServers.map(({ name, address }): [string, string] => [address, name]),
        // A name with several addresses, as sites have that spread clients by DNS.
        ...instance.apiServers.map(({ address }): [string, string] => [address, "k3s1nodes"]),
        [host(100), "k3s1api"],
        ...Array.from({ length: 49 }, (_, index): [string, string] => [host(101 + index), `vrrp${index + 1}`]),
        [instance.client.address, "client"],
    ];
    return hosts.map(([address, name]) => `${address} ${name}.${instance.domain}\n`).join("");
}

export async function nameServiceUp(instance: LabInstance): Promise<void> {
    const daemon = nameService(instance);
    if ((await daemonPid(daemon)) !== undefined) return;
    const hosts = join(instance.directory, "network", "hosts");
    await writeAtomically(hosts, labHosts(instance));
    await startDaemon(daemon, {
        command: "dnsmasq",
        args: [
            "--conf-file=/dev/null",
            "--keep-in-foreground",
            "--log-facility=-",
            "--pid-file=",
            "--user=root",
            `--listen-address=${instance.gateway}`,
            // Only this address: never a port of the machine itself, and no DHCP.
            "--bind-interfaces",
            "--except-interface=lo",
            "--no-hosts",
            `--addn-hosts=${hosts}`,
            `--local=/${instance.domain}/`,
            "--no-resolv",
            ...(await resolvers()).map((server) => `--server=${server}`),
            "--cache-size=1000",
        ],
        cgroup: cgroupName(instance.name, "dnsmasq"),
    });
    // dnsmasq binds its port before it does anything else; it is there when the kernel lists the socket.
    await daemonReady(daemon, () => succeeds("sh", ["-c", `ss -lnu src ${instance.gateway}:53 | grep -qF :53`]), 5000);
}

export async function nameServiceDown(instance: LabInstance): Promise<void> {
    await stopDaemon(nameService(instance), 500);
}

export function nameService(instance: LabInstance): Daemon {
    return {
        name: "the lab's name service (dnsmasq)",
        pidFile: join(instance.directory, "network", "dnsmasq.pid"),
        logFile: join(instance.directory, "log", "dnsmasq.log"),
    };
}

/** This machine's own name servers. */
async function resolvers(): Promise<string[]> {
    const text = (await readIfThere("/etc/resolv.conf")) ?? "";
    return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].flatMap((match) =>
        match[1] === undefined ? [] : [match[1]],
    );
}
