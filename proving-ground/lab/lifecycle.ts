/** A whole lab: brought up, found running, and taken away without a trace. */
import { readdir, rm, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { part } from "../../tools/progress";
import { run, succeeds, UserError } from "../../tools/run";
import { apiServersUp } from "./apiserver/apiServers";
import { serverKindOf, slotDaemons } from "./apiserver/slot";
import { cgroupName, cgroupProcesses, destroyCgroup, removeEmptyRoot } from "./cgroups";
import { readIfThere } from "./files";
import { ensureImage } from "./hypervisor/image";
import { type LabInstance } from "./instance";
import { clusterRunning, memberDaemons } from "./kubernetes/members";
import { withLock } from "../../tools/lock";
import { detach, vethsOf } from "./network/namespace";
import { nameService } from "./network/nameService";
import { down, up } from "./network/network";
import { packetFilters } from "./network/packetFilters";
import { ensureKeys } from "./pki";
import { daemonPid, stopDaemon } from "./processes";
import { proxmoxAnswers, proxmoxDaemon, proxmoxUp } from "./proxmoxDaemon";
import { playsAnother } from "./proxmoxVersion";
import { chooseRelease, imageOf, keepRelease } from "./release";
import { missingRequirements } from "./requirements";

export { installDebianPackages, missingRequirements } from "./requirements";
export { startExistingMachine, stopExistingMachine } from "./existingMachines";

/** Brings up whatever of the lab is not up. */
export async function startLab(instance: LabInstance): Promise<void> {
    const missing = await missingRequirements();
    if (missing.length > 0) throw new UserError(missing.join("\n"));
    await withLock(`${instance.name}/lab`, async () => {
        const release = await chooseRelease(instance);
        if (await complete(instance)) return;
        await keepRelease(instance, release);
        await ensureImage(imageOf(release));
        await part(`network ${instance.subnet}.0/24, name service`, () => up(instance));
        await part("certificates and SSH key", () => ensureKeys(instance));
        await part("API servers", () => apiServersUp(instance));
        await part("Proxmox API", () => proxmoxUp(instance));
    });
}

/** Whether the lab's Proxmox API, the last part of a start, answers. */
export async function labRunning(instance: LabInstance): Promise<boolean> {
    return (await daemonPid(proxmoxDaemon(instance))) !== undefined && (await proxmoxAnswers(instance));
}

/**
 * Cuts the power of everything in the lab and removes it all, in whatever state it is; then checks that nothing is
 * left.
 */
export async function stopLab(instance: LabInstance): Promise<void> {
    await withLock(`${instance.name}/lab`, async () => {
        if ((await leftOvers(instance)).length === 0) return;
        await part(`remove the lab "${instance.name}"`, () => remove(instance));
    });
}

async function remove(instance: LabInstance): Promise<void> {
    // First the one that could start machines; then everything we ever started, which is in the instance's group.
    for (const daemon of daemons(instance)) await stopDaemon(daemon, 0);
    await destroyCgroup(cgroupName(instance.name));
    await removeEmptyRoot();
    for (const veth of await vethsOf(instance)) {
        // What a test or a person started in there, such as a client: nothing else can be in a namespace of ours.
        for (const pid of await processesIn(veth.namespace)) await succeeds("kill", ["-KILL", String(pid)]);
        await detach(veth);
    }
    for (const port of await ports(instance)) await succeeds("ip", ["link", "del", port]);
    await down(instance);
    for (const mount of await mounts(instance)) await run("umount", ["--lazy", mount]);
    await rm(instance.directory, { recursive: true, force: true });
    await rmdir(dirname(instance.directory)).catch(() => undefined);
    const left = await leftOvers(instance);
    if (left.length > 0)
        throw new UserError(`The lab "${instance.name}" could not be removed; still there:\n${left.join("\n")}`);
}

/**
 * Everything of the instance that exists outside of the image cache, one line each; empty when there is no trace of it.
 */
export async function leftOvers(instance: LabInstance): Promise<string[]> {
    const processes = await cgroupProcesses(cgroupName(instance.name));
    const namespaces = (await vethsOf(instance)).map(({ namespace }) => namespace);
    const bridge = await succeeds("ip", ["link", "show", instance.bridge]);
    const table = await succeeds("nft", ["list", "table", "ip", instance.nftTable]);
    const files = await readdir(instance.directory).catch(() => undefined);
    return [
        ...processes.map((pid) => `process ${pid}`),
        ...namespaces.map((namespace) => `network namespace ${namespace}`),
        ...(await ports(instance)).map((port) => `network interface ${port}`),
        ...(bridge ? [`bridge ${instance.bridge}`] : []),
        ...(table ? [`nft table ip ${instance.nftTable}`] : []),
        ...(await packetFilters(instance)).map((name) => `nft table bridge ${name}`),
        ...(await mounts(instance)).map((mount) => `mount ${mount}`),
        ...(files === undefined ? [] : [`folder ${instance.directory}`]),
    ];
}

/** Whether a start would find nothing to do. */
async function complete(instance: LabInstance): Promise<boolean> {
    const pids = await Promise.all([proxmoxDaemon(instance), nameService(instance)].map((daemon) => daemonPid(daemon)));
    const kinds = await Promise.all(instance.apiServers.map(({ name }) => serverKindOf(instance, name)));
    const wanted = ["client", ...instance.apiServers.map(({ name }) => name)];
    const veths = await vethsOf(instance);
    return (
        pids.every((pid) => pid !== undefined) &&
        (kinds.every((kind) => kind !== undefined) || (await clusterRunning(instance))) &&
        wanted.every((member) => veths.some(({ namespace }) => namespace.endsWith(`-${member}`))) &&
        (await succeeds("nft", ["list", "table", "ip", instance.nftTable])) &&
        !(await playsAnother(instance)) &&
        (await proxmoxAnswers(instance))
    );
}

/** All that may run, first the one that could start machines. */
function daemons(instance: LabInstance) {
    return [proxmoxDaemon(instance), nameService(instance), ...slotDaemons(instance), ...memberDaemons(instance)];
}

async function processesIn(namespace: string): Promise<number[]> {
    const pids = await run("ip", ["netns", "pids", namespace]).catch(() => "");
    return pids
        .split("\n")
        .map(Number)
        .filter((pid) => pid > 1);
}

/** Interfaces attached to the instance's bridge. */
async function ports(instance: LabInstance): Promise<string[]> {
    const text = await run("ip", ["-j", "link", "show", "master", instance.bridge]).catch(() => "[]");
    return (JSON.parse(text === "" ? "[]" : text) as { ifname?: string }[]).flatMap(({ ifname }) =>
        ifname === undefined ? [] : [ifname],
    );
}

/** What is mounted inside the instance's folder, innermost first. */
async function mounts(instance: LabInstance): Promise<string[]> {
    const lines = ((await readIfThere("/proc/self/mountinfo")) ?? "").split("\n");
    const points = lines.map((line) => line.split(" ")[4] ?? "");
    return points.filter((point) => point.startsWith(`${instance.directory}/`)).reverse();
}
