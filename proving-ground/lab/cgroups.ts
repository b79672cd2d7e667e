/**
 * Control groups: one per machine and daemon, so that all processes of it can be found and killed at once, limits can
 * be set, and two machines never share the groups their systemd makes inside.
 *
 * Machines mount them in different ways (one `cgroup2` hierarchy; version 1 controllers plus `name=systemd`; both), so
 * everything here is done in every hierarchy that is mounted and of use.
 */
import { appendFile, mkdir, readdir, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readIfThere } from "./files";

const ROOT = "ha-api-lab";

/** Hierarchies we put processes in. cpuset is left out: a new group there accepts no process before its own set-up. */
const CONTROLLERS = ["cpu", "memory", "name=systemd"];

interface Hierarchy {
    mountPoint: string;
    version: 1 | 2;
    /** Version 1: the controllers mounted here. */
    controllers: string[];
}

export interface Limits {
    cores: number;
    memoryMiB: number;
}

/** The group of an instance, or of one machine or daemon in it. */
export function cgroupName(instance: string, member?: string): string {
    return member === undefined ? `${ROOT}/${instance}` : `${ROOT}/${instance}/${member}`;
}

/** The text of /proc/self/mountinfo, reduced to the hierarchies of use. */
export function parseHierarchies(mountinfo: string): Hierarchy[] {
    const found = mountinfo.split("\n").flatMap((line): Hierarchy[] => {
        const [left, right] = line.split(" - ");
        const mountPoint = left?.split(" ")[4];
        const [type, , options] = right?.split(" ") ?? [];
        if (mountPoint === undefined) return [];
        if (type === "cgroup2") return [{ mountPoint, version: 2, controllers: [] }];
        const controllers = options?.split(",") ?? [];
        if (type !== "cgroup" || !controllers.some((controller) => CONTROLLERS.includes(controller))) return [];
        return [{ mountPoint, version: 1, controllers }];
    });
    return found.filter(
        (hierarchy, index) => found.findIndex((other) => other.mountPoint === hierarchy.mountPoint) === index,
    );
}

async function hierarchies(): Promise<Hierarchy[]> {
    return parseHierarchies((await readIfThere("/proc/self/mountinfo")) ?? "");
}

/** Makes the group everywhere and returns the `cgroup.procs` files a process writes itself into to belong to it. */
export async function createCgroup(group: string, limits?: Limits): Promise<string[]> {
    const entries: string[] = [];
    for (const hierarchy of await hierarchies()) {
        const directory = join(hierarchy.mountPoint, group);
        await mkdir(directory, { recursive: true });
        if (hierarchy.version === 2) await passControllersDown(hierarchy.mountPoint, group);
        if (limits !== undefined) await setLimits(hierarchy, directory, limits);
        entries.push(join(directory, "cgroup.procs"));
    }
    return entries;
}

/**
 * In version 2 a group can limit only what its parents hand on. Nothing to do where the controllers belong to version
 * 1.
 */
async function passControllersDown(mountPoint: string, group: string): Promise<void> {
    const parents = group.split("/").slice(0, -1);
    for (let depth = 0; depth <= parents.length; depth++) {
        const file = join(mountPoint, ...parents.slice(0, depth), "cgroup.subtree_control");
        for (const controller of ["+cpu", "+memory"]) await writeFile(file, controller).catch(() => undefined);
    }
}

/** A limit that cannot be set here (no such controller) is left out: the machine runs all the same. */
async function setLimits(hierarchy: Hierarchy, directory: string, limits: Limits): Promise<void> {
    const set = (file: string, value: string | number): Promise<void> =>
        writeFile(join(directory, file), String(value)).catch(() => undefined);
    // A period of 10 ms: with the default of 100 ms a busy machine would stand still long enough to miss VRRP
    // advertisements.
    const period = 10_000;
    const quota = limits.cores * period;
    const bytes = limits.memoryMiB * 1024 * 1024;
    if (hierarchy.version === 2) {
        await set("cpu.max", `${quota} ${period}`);
        await set("memory.max", bytes);
        return;
    }
    if (hierarchy.controllers.includes("cpu")) {
        await set("cpu.cfs_period_us", period);
        await set("cpu.cfs_quota_us", quota);
        // Without a share of real-time no process in the group may ask for a real-time priority, as keepalived can be
        // told to.
        await allowRealTime(hierarchy.mountPoint, directory);
    }
    if (hierarchy.controllers.includes("memory")) await set("memory.limit_in_bytes", bytes);
}

async function allowRealTime(mountPoint: string, directory: string): Promise<void> {
    const parts = directory.slice(mountPoint.length + 1).split("/");
    for (let depth = 1; depth <= parts.length; depth++) {
        const share = [800_000, 300_000][depth - 1] ?? 20_000;
        await writeFile(join(mountPoint, ...parts.slice(0, depth), "cpu.rt_runtime_us"), String(share)).catch(
            () => undefined,
        );
    }
}

/**
 * Which groups of labs have how many microseconds of real-time in a second, and what the whole machine has; empty where
 * the kernel does not share real-time out to groups.
 */
export async function realTimeShares(): Promise<Record<string, string>> {
    const shares: Record<string, string> = {};
    for (const { mountPoint } of await hierarchies()) {
        for (const directory of [mountPoint, ...(await tree(join(mountPoint, ROOT)))]) {
            const share = (await readIfThere(join(directory, "cpu.rt_runtime_us")))?.trim();
            if (share !== undefined && share !== "0") shares[directory] = share;
        }
    }
    return shares;
}

/** The ids of all processes in the group and below it. */
export async function cgroupProcesses(group: string): Promise<number[]> {
    const pids = new Set<number>();
    for (const { mountPoint } of await hierarchies()) {
        for (const directory of await tree(join(mountPoint, group))) {
            const text = (await readIfThere(join(directory, "cgroup.procs"))) ?? "";
            for (const pid of text.split("\n")) if (Number(pid) > 0) pids.add(Number(pid));
        }
    }
    return [...pids];
}

/**
 * Kills every process of the group at once and removes the group. Repeating it, or a group that is not there, is fine.
 */
export async function destroyCgroup(group: string): Promise<void> {
    const mounted = await hierarchies();
    for (let attempt = 0; ; attempt++) {
        for (const { mountPoint, version } of mounted) {
            // One write kills the whole tree; it is the nearest thing to a power cut.
            if (version === 2)
                await appendFile(join(mountPoint, group, "cgroup.kill"), "1", { flag: "r+" }).catch(() => undefined);
        }
        for (const pid of await cgroupProcesses(group)) kill(pid);
        const left = await Promise.all(mounted.map(({ mountPoint }) => removeTree(join(mountPoint, group))));
        if (left.every((gone) => gone)) return;
        if (attempt > 500)
            throw new Error(
                `The processes of ${group} cannot be killed: ${(await cgroupProcesses(group)).join(", ")}.`,
            );
        await sleep(attempt < 20 ? 10 : 50);
    }
}

/** Removes the lab's own top group once no instance has a group in it. */
export async function removeEmptyRoot(): Promise<void> {
    for (const { mountPoint } of await hierarchies()) await rmdir(join(mountPoint, ROOT)).catch(() => undefined);
}

function kill(pid: number): void {
    try {
        process.kill(pid, "SIGKILL");
    } catch {
        // Already gone.
    }
}

async function subdirectories(directory: string): Promise<string[]> {
    try {
        const entries = await readdir(directory, { withFileTypes: true });
        return entries.filter((entry) => entry.isDirectory()).map((entry) => join(directory, entry.name));
    } catch {
        return [];
    }
}

/** The directory and all below it, parents first. */
async function tree(directory: string): Promise<string[]> {
    const below = await Promise.all((await subdirectories(directory)).map(tree));
    return [directory, ...below.flat()];
}

async function removeTree(directory: string): Promise<boolean> {
    for (const each of (await tree(directory)).reverse()) {
        try {
            await rmdir(each);
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "ENOENT") return false;
        }
    }
    return true;
}
