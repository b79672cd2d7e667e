/**
 * Network namespaces attached to the instance's bridge by veth pairs: what machines, API servers and the client have in
 * common.
 */
import { readdir } from "node:fs/promises";
import { address6Of, type LabInstance } from "../instance";
import { run, succeeds } from "../../../tools/run";

/** One network namespace, and the veth pair between it and the bridge. */
export interface Veth {
    /** Name of the namespace. */
    namespace: string;
    /** The end of the cable on this machine, at most 15 characters: an interface on the bridge. */
    port: string;
    /** Name of the interface in the namespace. */
    interface: string;
}

/**
 * No other machine has our addresses; checking for it (duplicate address detection) would delay every boot for a second
 * or two.
 */
const NO_ADDRESS_CHECK = "for each in all default; do echo 0 > /proc/sys/net/ipv6/conf/$each/accept_dad || true; done";

/**
 * The veth pair of a member (`vm101`, `api1`, `client`) of the lab. All names start with the instance's, so that
 * left-overs can be recognised.
 */
export function vethOf(instance: LabInstance, member: string, interfaceName = "eth0"): Veth {
    const port = `${instance.name}-${member}`;
    return {
        namespace: `${namespacePrefix(instance)}${member}`,
        // The largest VM ids leave no room for the hyphen, and for a long name of the instance.
        port: port.length > 15 ? `${instance.name.slice(0, 15 - member.length)}${member}` : port,
        interface: interfaceName,
    };
}

/**
 * Makes the namespace with its cable, without an address. What is there already is taken away first, so the result is
 * always the same.
 */
export async function attach(instance: LabInstance, veth: Veth, macAddress?: string): Promise<void> {
    await detach(veth);
    await run("ip", ["netns", "add", veth.namespace]);
    await inNamespace(veth.namespace, ["sh", "-c", NO_ADDRESS_CHECK]);
    await run("ip", ["-n", veth.namespace, "link", "set", "lo", "up"]);
    const peer = [
        "peer",
        "name",
        veth.interface,
        "netns",
        veth.namespace,
        ...(macAddress === undefined ? [] : ["address", macAddress]),
    ];
    await run("ip", ["link", "add", veth.port, "up", "master", instance.bridge, "type", "veth", ...peer]);
    // A machine made again has its predecessor's address and another MAC. The gateway would look for the old one for up
    // to a minute; in a real network a VM takes longer than that to be made.
    await succeeds("ip", ["neigh", "flush", "dev", instance.bridge]);
}

/** Gives the namespace's interface an address and the way out, for members that have no operating system to do it. */
export async function setAddress(instance: LabInstance, veth: Veth, address: string): Promise<void> {
    const ip = (...args: string[]): Promise<string> => run("ip", ["-n", veth.namespace, ...args]);
    await ip("addr", "replace", `${address}/24`, "dev", veth.interface);
    await ip("link", "set", veth.interface, "up");
    await ip("route", "replace", "default", "via", instance.gateway);
    // Both families, where this machine's kernel has them.
    const ip6 = (...args: string[]): Promise<boolean> => succeeds("ip", ["-6", "-n", veth.namespace, ...args]);
    await ip6("addr", "replace", `${address6Of(instance, address)}/64`, "dev", veth.interface, "nodad");
    await ip6("route", "replace", "default", "via", address6Of(instance, instance.gateway));
}

/** Pulls the cable out of the bridge, or plugs it in again. */
export async function setCable({ port }: Pick<Veth, "port">, state: "up" | "down"): Promise<void> {
    await run("ip", ["link", "set", port, state]);
}

/** Removes cable and namespace. */
export async function detach(veth: Pick<Veth, "namespace" | "port">): Promise<void> {
    await succeeds("ip", ["link", "del", veth.port]);
    await succeeds("ip", ["netns", "del", veth.namespace]);
}

/** Whether the namespace has an interface with this address. */
export async function hasAddress(veth: Veth, address: string): Promise<boolean> {
    const check = 'ip -n "$1" -4 addr show dev "$2" | grep -qF " $3/"';
    return succeeds("sh", ["-c", check, "sh", veth.namespace, veth.interface, address]);
}

/** The instance's veth pairs that exist, wanted or left over. */
export async function vethsOf(instance: LabInstance): Promise<Veth[]> {
    const names = await readdir("/run/netns").catch(() => [] as string[]);
    const ours = names.filter((name) => name.startsWith(namespacePrefix(instance)));
    return ours.map((name) => vethOf(instance, name.slice(namespacePrefix(instance).length)));
}

/** Runs a program with the namespace's network and everything else as it is here. */
export async function inNamespace(namespace: string, command: string[]): Promise<string> {
    return run("nsenter", [`--net=/run/netns/${namespace}`, "--", ...command]);
}

/** Words to put before a command that should see a host name of its own. */
export function withHostname(name: string): string[] {
    return ["unshare", "--uts", "--", "sh", "-c", 'echo "$0" > /proc/sys/kernel/hostname && exec "$@"', name];
}

function namespacePrefix(instance: LabInstance): string {
    return `halab-${instance.name}-`;
}
