/**
 * An API server's seat: a network namespace with its address on the bridge, in which one program serves at a time, the
 * stand-in or a real kube-apiserver. Whoever takes the seat ends the other, so that a load balancer in front sees the
 * one or the other at the same address.
 */
import { join } from "node:path";
import { UserError } from "../../../tools/run";
import { cgroupName } from "../cgroups";
import { type LabInstance } from "../instance";
import { plugOf, type Plug } from "../network/namespace";
import { memberUp } from "../network/network";
import { daemonPid, stopDaemon, type Daemon } from "../processes";

export const API_SERVER_PORT = 6443;

export type Occupant = "stand-in" | "kube-apiserver";

const OCCUPANTS: Occupant[] = ["stand-in", "kube-apiserver"];

export function seatDaemon(instance: LabInstance, name: string, occupant: Occupant): Daemon {
    const [title, file] = occupant === "stand-in" ? ["API server", name] : ["kube-apiserver", `${name}-kube-apiserver`];
    return {
        name: `${title} ${name}`,
        pidFile: join(instance.directory, "apiserver", `${file}.pid`),
        logFile: join(instance.directory, "log", `${file}.log`),
    };
}

/** Every daemon that may serve at one of the seats. */
export function seatDaemons(instance: LabInstance): Daemon[] {
    return instance.apiServers.flatMap(({ name }) => OCCUPANTS.map((occupant) => seatDaemon(instance, name, occupant)));
}

/** Who serves there at the moment. */
export async function occupantOf(instance: LabInstance, name: string): Promise<Occupant | undefined> {
    for (const occupant of OCCUPANTS) {
        if ((await daemonPid(seatDaemon(instance, name, occupant))) !== undefined) return occupant;
    }
    return undefined;
}

/**
 * Makes the seat, and ends the other kind of server if it serves there. Gives back what a daemon needs to serve in this
 * seat.
 */
export async function takeSeat(
    instance: LabInstance,
    name: string,
    occupant: Occupant,
): Promise<{ address: string; enter: string[]; cgroup: string }> {
    const address = seatAddress(instance, name);
    const plug = seatPlug(instance, name);
    await memberUp(instance, plug, address);
    const others = OCCUPANTS.filter((other) => other !== occupant);
    for (const other of others) await stopDaemon(seatDaemon(instance, name, other), 0);
    return { address, enter: [`--net=/run/netns/${plug.namespace}`, "--"], cgroup: cgroupName(instance.name, name) };
}

export function seatPlug(instance: LabInstance, name: string): Plug {
    return plugOf(instance, name);
}

export function seatAddress(instance: LabInstance, name: string): string {
    const address = instance.apiServers.find((server) => server.name === name)?.address;
    if (address === undefined) throw new UserError(`There is no API server "${name}" in the lab.`);
    return address;
}
