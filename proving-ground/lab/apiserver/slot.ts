/**
 * An API server's slot: a network namespace with its address on the bridge, in which one program serves at a time, the
 * stand-in or a real kube-apiserver. Starting one in the slot ends the other, so that a load balancer in front sees the
 * one or the other at the same address.
 */
import { join } from "node:path";
import { UserError } from "../../../tools/run";
import { cgroupName } from "../cgroups";
import { type LabInstance } from "../instance";
import { vethOf, type Veth } from "../network/namespace";
import { memberUp } from "../network/network";
import { daemonPid, stopDaemon, type Daemon } from "../processes";

export const API_SERVER_PORT = 6443;

export type ServerKind = "stand-in" | "kube-apiserver";

const SERVER_KINDS: ServerKind[] = ["stand-in", "kube-apiserver"];

export function slotDaemon(instance: LabInstance, name: string, kind: ServerKind): Daemon {
    const [title, file] = kind === "stand-in" ? ["API server", name] : ["kube-apiserver", `${name}-kube-apiserver`];
    return {
        name: `${title} ${name}`,
        pidFile: join(instance.directory, "apiserver", `${file}.pid`),
        logFile: join(instance.directory, "log", `${file}.log`),
    };
}

/** Every daemon that may serve at one of the slots. */
export function slotDaemons(instance: LabInstance): Daemon[] {
    return instance.apiServers.flatMap(({ name }) => SERVER_KINDS.map((kind) => slotDaemon(instance, name, kind)));
}

/** Which kind serves there at the moment. */
export async function serverKindOf(instance: LabInstance, name: string): Promise<ServerKind | undefined> {
    for (const kind of SERVER_KINDS) {
        if ((await daemonPid(slotDaemon(instance, name, kind))) !== undefined) return kind;
    }
    return undefined;
}

/**
 * Makes the slot, and ends the other kind of server if it serves there. Returns what a daemon needs to serve in this
 * slot.
 */
export async function takeSlot(
    instance: LabInstance,
    name: string,
    kind: ServerKind,
): Promise<{ address: string; enter: string[]; cgroup: string }> {
    const address = slotAddress(instance, name);
    const veth = slotVeth(instance, name);
    await memberUp(instance, veth, address);
    const others = SERVER_KINDS.filter((other) => other !== kind);
    for (const other of others) await stopDaemon(slotDaemon(instance, name, other), 0);
    return { address, enter: [`--net=/run/netns/${veth.namespace}`, "--"], cgroup: cgroupName(instance.name, name) };
}

export function slotVeth(instance: LabInstance, name: string): Veth {
    return vethOf(instance, name);
}

export function slotAddress(instance: LabInstance, name: string): string {
    const address = instance.apiServers.find((server) => server.name === name)?.address;
    if (address === undefined) throw new UserError(`There is no API server "${name}" in the lab.`);
    return address;
}
