/** What a real control plane needs besides its API servers: etcd, and a worker that API servers proxy to. */
import { join } from "node:path";
import { cgroupName } from "../cgroups";
import { type LabInstance } from "../instance";
import { vethOf, detach, withHostname } from "../network/namespace";
import { memberUp } from "../network/network";
import { daemonPid, stopDaemon, type Daemon } from "../processes";

/** A program in a network namespace of its own. */
export interface Member {
    name: "etcd" | "worker1";
    address: string;
    daemon: Daemon;
}

/** Everything the control plane keeps on disk but its keys; gone when it is stopped. */
export const clusterFolder = (instance: LabInstance): string => join(instance.directory, "kubernetes");

export const etcdMember = (instance: LabInstance): Member => member(instance, "etcd", 60, "etcd");
export const worker = (instance: LabInstance): Member =>
    member(instance, "worker1", 61, "the kubelet stand-in of worker1");

export const memberDaemons = (instance: LabInstance): Daemon[] =>
    [etcdMember(instance), worker(instance)].map(({ daemon }) => daemon);

/** Whether the lab has a real control plane, whichever of its API servers run. */
export async function clusterRunning(instance: LabInstance): Promise<boolean> {
    return (await daemonPid(etcdMember(instance).daemon)) !== undefined;
}

function member(instance: LabInstance, name: Member["name"], octet: number, title: string): Member {
    const files = {
        pidFile: join(clusterFolder(instance), `${name}.pid`),
        logFile: join(instance.directory, "log", `${name}.log`),
    };
    return { name, address: `${instance.subnet}.${octet}`, daemon: { name: title, ...files } };
}

/** Makes the member's namespace; returns what its daemon needs to run in it. */
export async function enterMember(
    instance: LabInstance,
    { name, address }: Member,
): Promise<{ enter: string[]; cgroup: string }> {
    const veth = vethOf(instance, name);
    await memberUp(instance, veth, address);
    return {
        enter: [`--net=/run/netns/${veth.namespace}`, "--", ...withHostname(name)],
        cgroup: cgroupName(instance.name, name),
    };
}

/** Ends its program and removes its namespace. */
export async function removeMember(instance: LabInstance, { name, daemon }: Member): Promise<void> {
    await stopDaemon(daemon, 0);
    await detach(vethOf(instance, name));
}
