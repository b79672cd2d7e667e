/** Network namespaces plugged into the instance's bridge: what machines, API servers and the client have in common. */
import { readdir } from "node:fs/promises";
import { type LabInstance } from "../instance";
import { run, succeeds } from "../../../tools/run";

/** One network namespace with one interface on the bridge. */
export interface Plug {
    /** Name of the namespace. */
    namespace: string;
    /** The end of the cable on this machine, at most 15 characters: an interface on the bridge. */
    port: string;
    /** Name of the interface in the namespace. */
    interface: string;
}

/**
 * Nobody else has our addresses; checking for it (duplicate address detection) would hold up every boot for a second or
 * two.
 */
const NO_ADDRESS_CHECK = "for each in all default; do echo 0 > /proc/sys/net/ipv6/conf/$each/accept_dad || true; done";

/**
 * The plug of a member (`vm101`, `api1`, `client`) of the lab. All names start with the instance's, so that left-overs
 * can be told.
 */
export function plugOf(instance: LabInstance, member: string, interfaceName = "eth0"): Plug {
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
export async function plugIn(instance: LabInstance, plug: Plug, macAddress?: string): Promise<void> {
    await plugOut(plug);
    await run("ip", ["netns", "add", plug.namespace]);
    await inNamespace(plug.namespace, ["sh", "-c", NO_ADDRESS_CHECK]);
    await run("ip", ["-n", plug.namespace, "link", "set", "lo", "up"]);
    const peer = [
        "peer",
        "name",
        plug.interface,
        "netns",
        plug.namespace,
        ...(macAddress === undefined ? [] : ["address", macAddress]),
    ];
    await run("ip", ["link", "add", plug.port, "up", "master", instance.bridge, "type", "veth", ...peer]);
    // A machine made anew has its predecessor's address and another MAC. The gateway would look for the old one for up
    // to a minute; in a real network a VM takes longer than that to be made.
    await succeeds("ip", ["neigh", "flush", "dev", instance.bridge]);
}

/** Gives the namespace's interface an address and the way out, for members that have no operating system to do it. */
export async function setAddress(instance: LabInstance, plug: Plug, address: string): Promise<void> {
    const ip = (...args: string[]): Promise<string> => run("ip", ["-n", plug.namespace, ...args]);
    await ip("addr", "replace", `${address}/24`, "dev", plug.interface);
    await ip("link", "set", plug.interface, "up");
    await ip("route", "replace", "default", "via", instance.gateway);
}

/** Removes cable and namespace. */
export async function plugOut(plug: Pick<Plug, "namespace" | "port">): Promise<void> {
    await succeeds("ip", ["link", "del", plug.port]);
    await succeeds("ip", ["netns", "del", plug.namespace]);
}

/** Whether the namespace has an interface with this address. */
export async function hasAddress(plug: Plug, address: string): Promise<boolean> {
    const check = 'ip -n "$1" -4 addr show dev "$2" | grep -qF " $3/"';
    return succeeds("sh", ["-c", check, "sh", plug.namespace, plug.interface, address]);
}

/** The instance's plugs that exist, wanted or left over. */
export async function plugsOf(instance: LabInstance): Promise<Plug[]> {
    const names = await readdir("/run/netns").catch(() => [] as string[]);
    const ours = names.filter((name) => name.startsWith(namespacePrefix(instance)));
    return ours.map((name) => plugOf(instance, name.slice(namespacePrefix(instance).length)));
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
