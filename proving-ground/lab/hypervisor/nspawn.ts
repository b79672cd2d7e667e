/**
 * The lab's hypervisor: a "VM" is a systemd-nspawn machine that boots systemd on an overlay of its own.
 *
 * A machine belongs to no process: it lives on when the process that started it dies, and any later process finds it by
 * its pid file. Its file system is mounted in a mount namespace of its own, which vanishes with it, so that a power cut
 * leaves no mount behind.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { exists } from "../../../tools/exists";
import { run, UserError } from "../../../tools/run";
import { createCgroup, destroyCgroup } from "../cgroups";
import { readIfThere, writeAtomically } from "../files";
import { type LabInstance } from "../instance";
import { withLock } from "../../../tools/lock";
import { attach, detach } from "../network/namespace";
import { filterPackets } from "../network/packetFilters";
import { daemonPid, processStart, startDaemon } from "../processes";
import { childrenOf } from "../processTree";
import { type GuestInterface, type Hypervisor, type MachineSpec } from "./hypervisor";
import { ensureImage, imageNameOf, imagePath } from "./image";
import { machine, type Machine } from "./machine";
import { renderSeed } from "./seed";
import { POWER_SUPPLY } from "./powerSupply";

/** systemd's "power off" signal, SIGRTMIN+4 in glibc's numbering: what a virtual power button does. */
const POWER_BUTTON = 34 + 4;

/** Clock ticks a second in /proc, the same on every Linux architecture Node runs on. */
const TICKS = 100;

export function nspawnHypervisor(instance: LabInstance): Hypervisor {
    const of = (vmid: number): Machine => machine(instance, vmid);
    /** One change at a time to each machine, from whichever process. */
    const changing = <T>(vmid: number, work: (machine: Machine) => Promise<T>): Promise<T> =>
        withLock(`${instance.name}/vm${vmid}`, () => work(of(vmid)));

    return {
        createDisk: (vmid, image) =>
            changing(vmid, async (it) => {
                const present = await readIfThere(it.imageFile);
                if (present === undefined) await makeDisk(it, imagePath(image));
                else if (imageNameOf(present) !== image)
                    throw new UserError(
                        `Machine ${vmid} has a disk already, of ${imageNameOf(present)}, not ${image}.`,
                    );
            }),

        cloneDisk: (source, vmid) =>
            changing(vmid, async (it) => {
                if ((await readIfThere(it.imageFile)) !== undefined) return;
                const image = await builtImage(of(source));
                if (image === undefined) throw new UserError(`Machine ${source} has no disk to clone.`);
                await makeDisk(it, image, of(source).upper);
            }),

        removeDisk: (vmid) =>
            changing(vmid, async (it) => {
                await powerOff(it);
                await rm(it.directory, { recursive: true, force: true });
            }),

        start: (spec) =>
            changing(spec.vmid, async (it) => {
                // A power supply without an init is a machine between two boots, or one whose start was interrupted: it
                // comes by itself.
                if ((await daemonPid(it.daemon)) === undefined) await boot(instance, it, spec);
                await initRuns(it);
            }),

        // Waits without the lock, so that `stop` can cut it short, and takes no other boot of the machine for the one
        // it shut down.
        shutdown: async (vmid, timeoutSeconds) => {
            const it = of(vmid);
            const powered = await daemonPid(it.daemon);
            const deadline = Date.now() + timeoutSeconds * 1000;
            for (let waited = 0; powered !== undefined && Date.now() < deadline; waited++) {
                // Pressed again every 2 s: early in its boot the guest does not listen yet.
                if (waited % 40 === 0) await pressPowerButton(it);
                await sleep(50);
                if ((await daemonPid(it.daemon)) !== powered) break;
            }
            await changing(vmid, async () => {
                const now = await daemonPid(it.daemon);
                if (now === undefined || now === powered) await powerOff(it);
            });
        },

        stop: (vmid) => changing(vmid, powerOff),

        filter: (vmid, filter) => filterPackets(instance, vmid, of(vmid).veth.port, filter),

        isRunning: async (vmid) => (await daemonPid(of(vmid).daemon)) !== undefined,

        uptime: async (vmid) => {
            const pid = await daemonPid(of(vmid).daemon);
            const started = pid === undefined ? undefined : await processStart(pid);
            if (started === undefined) return 0;
            const sinceBoot = Number((await readIfThere("/proc/uptime"))?.split(" ")[0]);
            return Math.max(0, Math.floor(sinceBoot - started / TICKS));
        },

        interfaces: async (vmid) => {
            if ((await daemonPid(of(vmid).daemon)) === undefined) throw new UserError(`Machine ${vmid} does not run.`);
            const links = await guestInterfaces(of(vmid));
            const up = links.some(
                (link) => link.name !== "lo" && link.addresses.some(({ address }) => !address.startsWith("fe80:")),
            );
            if (!up) throw new UserError(`The network of machine ${vmid} is not up yet.`);
            return links;
        },
    };
}

/**
 * The path of the image below a machine's disk, undefined where there is no disk. Built here where it is not there yet:
 * a template of a release that is not used takes no time. With another recipe by then, the image has another path.
 */
async function builtImage(it: Machine): Promise<string | undefined> {
    const image = await readIfThere(it.imageFile);
    if (image === undefined || (await exists(image))) return image;
    const built = await ensureImage(imageNameOf(image));
    if (built !== image) await writeAtomically(it.imageFile, built);
    return built;
}

/** The image's path is written last: a disk without it was never finished and is made again. */
async function makeDisk(it: Machine, image: string, contents?: string): Promise<void> {
    await rm(it.directory, { recursive: true, force: true });
    await mkdir(it.directory, { recursive: true });
    // `cp -a` keeps the marks of the overlay (devices and extended attributes stand for what was removed).
    if (contents !== undefined) await run("cp", ["-a", contents, it.upper]);
    for (const directory of [it.upper, it.work, it.root]) await mkdir(directory, { recursive: true });
    await writeAtomically(it.imageFile, image);
}

async function boot(instance: LabInstance, it: Machine, spec: MachineSpec): Promise<void> {
    const image = await builtImage(it);
    if (image === undefined) throw new UserError(`Machine ${it.vmid} has no disk.`);
    await powerOff(it);
    await rm(it.seed, { recursive: true, force: true });
    await mkdir(it.seed, { recursive: true });
    const site = { nameserver: instance.gateway, searchDomain: instance.domain };
    const seed = Object.entries(renderSeed(spec.cloudInit, site));
    for (const [file, text] of seed) await writeFile(join(it.seed, file), text, { mode: 0o600 });
    await attach(instance, it.veth, spec.macAddress.toLowerCase());
    // Beside the power supply's: a group whose children have limits of their own may hold no process itself.
    const machineFiles = await createCgroup(`${it.cgroup}/machine`, spec);
    const nspawn = [
        "--quiet",
        "--boot",
        `--machine=${it.name}`,
        "--settings=no",
        // The lab's host need not run systemd: nothing to register with, no unit to be put in, the groups are ours.
        "--register=no",
        "--keep-unit",
        `--network-namespace-path=/run/netns/${it.veth.namespace}`,
        // A VM has its own network, and its own say in what runs first: keepalived asks to be scheduled in real time.
        "--capability=CAP_NET_ADMIN,CAP_SYS_NICE",
        `--bind-ro=${it.seed}:/var/lib/cloud/seed/nocloud`,
        ...Object.entries(spec.folders ?? {}).map(([path, folder]) => `--bind-ro=${folder}:${path}`),
        "--resolv-conf=off",
        "--timezone=off",
        "--link-journal=no",
        "--rlimit=RLIMIT_NOFILE=1024:524288",
        `--kill-signal=${POWER_BUTTON}`,
        ...(spec.runsContainers === true ? await forContainers(it) : FOR_SPEED),
    ];
    const disk = [image, it.upper, it.work, it.root];
    await startDaemon(it.daemon, {
        command: "unshare",
        args: [
            "--mount",
            "--propagation=slave",
            "--",
            "sh",
            "-c",
            POWER_SUPPLY,
            "sh",
            ...disk,
            machineFiles.join(" "),
            ...nspawn,
        ],
        cgroup: `${it.cgroup}/power-supply`,
        // Version 2 groups inside, whatever is mounted here: systemd in the machine finds and kills its services'
        // processes by them. And the network's own settings can be written, as on a real machine.
        env: {
            PATH: process.env.PATH,
            SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: "1",
            SYSTEMD_NSPAWN_API_VFS_WRITABLE: "network",
        },
    });
}

/**
 * The machine's disk is this machine's page cache either way; not waiting for it makes package installation much
 * faster.
 */
const FOR_SPEED = ["--suppress-sync=yes"];

/** Where the engines keep images and containers. */
const CONTAINER_STORAGE = ["/var/lib/containers", "/var/lib/docker"];

/**
 * What container engines need beyond what systemd-nspawn grants, and no more:
 * a session keyring for each container (crun, runc); bpf, by which runc guards devices in version 2 groups (crun need
 * not, with cgroups disabled); files opened with O_SYNC, which containerd's shim does and suppressed syncs refuse; and
 * storage on a file system of this machine, since no overlay can be made on top of the machine's own.
 */
async function forContainers(it: Machine): Promise<string[]> {
    const binds: string[] = [];
    for (const path of CONTAINER_STORAGE) {
        const folder = join(it.containers, basename(path));
        await mkdir(folder, { recursive: true });
        binds.push(`--bind=${folder}:${path}`);
    }
    return ["--system-call-filter=@keyring bpf", "--suppress-sync=no", ...binds];
}

async function initRuns(it: Machine): Promise<void> {
    const deadline = Date.now() + 20_000;
    while ((await initPid(it)) === undefined) {
        if ((await daemonPid(it.daemon)) === undefined || Date.now() > deadline) {
            const console = ((await readIfThere(it.daemon.logFile)) ?? "").trimEnd().split("\n").slice(-15).join("\n");
            await powerOff(it);
            throw new UserError(`Machine ${it.vmid} does not boot. Its console says:\n${console}`);
        }
        await sleep(20);
    }
}

/**
 * The id that a machine's process 1 has on this machine, for entering the machine from here; undefined when it does not
 * run.
 */
export async function initOf(instance: LabInstance, vmid: number): Promise<number | undefined> {
    return initPid(machine(instance, vmid));
}

/** The machine's process 1, as seen from here: a grandchild of the power supply. Undefined while there is none. */
async function initPid(it: Machine): Promise<number | undefined> {
    const powerSupply = await daemonPid(it.daemon);
    if (powerSupply === undefined) return undefined;
    for (const nspawn of await childrenOf(powerSupply)) {
        for (const child of await childrenOf(nspawn)) {
            const status = (await readIfThere(`/proc/${child}/status`)) ?? "";
            if (/^Name:\tsystemd$/m.test(status) && /^NSpid:\t\d+\t1$/m.test(status)) return child;
        }
    }
    return undefined;
}

async function pressPowerButton(it: Machine): Promise<void> {
    const init = await initPid(it);
    try {
        if (init !== undefined) process.kill(init, POWER_BUTTON);
    } catch {
        // It has just gone.
    }
}

/**
 * Cuts the power, unplugs the network cable, and clears away what the next start would trip over. Safe in any state.
 */
async function powerOff(it: Machine): Promise<void> {
    await destroyCgroup(it.cgroup);
    await detach(it.veth);
    await rm(it.daemon.pidFile, { force: true });
}

interface IpLink {
    ifname: string;
    address?: string;
    addr_info?: { family: string; local?: string; prefixlen?: number }[];
}

async function guestInterfaces(it: Machine): Promise<GuestInterface[]> {
    const links = JSON.parse(await run("ip", ["-n", it.veth.namespace, "-j", "addr"])) as IpLink[];
    return links.map((link) => ({
        name: link.ifname,
        macAddress: link.address ?? "00:00:00:00:00:00",
        addresses: (link.addr_info ?? []).flatMap(({ family, local, prefixlen }) =>
            local === undefined || prefixlen === undefined
                ? []
                : [
                      {
                          address: local,
                          family: family === "inet6" ? ("ipv6" as const) : ("ipv4" as const),
                          prefixLength: prefixlen,
                      },
                  ],
        ),
    }));
}
