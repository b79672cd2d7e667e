/**
 * The pairs' machines: all cloned from one disk, with a package mirror's files at hand, and kept while what they should
 * be is the same.
 */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { part } from "../../../tools/progress";
import { UserError } from "../../../tools/run";
import { startExistingMachine, stopExistingMachine } from "../../lab/existingMachines";
import { readIfThere, writeAtomically } from "../../lab/files";
import { nspawnHypervisor } from "../../lab/hypervisor/nspawn";
import type { LabInstance } from "../../lab/instance";
import { type Release, RELEASES } from "../../lab/release";
import { enter, fileOf } from "../../lab/enter";
import type { Machine, Pair } from "./setups/setUp";

/** One for each Debian release, just before the machines of pairs. */
const baseOf = (release: Release): Machine => ({
    id: 9908 + RELEASES.indexOf(release),
    name: `base-${release}`,
    address: "",
    release,
});
/** Everything any set-up installs, so that no machine has to download it. */
const PACKAGES = ["nginx", "libnginx-mod-stream", "haproxy", "keepalived", "nftables", "curl", "psmisc"];

/**
 * Makes those that are not there yet, or not as they should be; one pair after the other, so that no boot starves
 * another.
 */
export async function pairsUp(instance: LabInstance, pairs: Pair[]): Promise<void> {
    await makeRoom(instance);
    const missing: Pair[] = [];
    for (const pair of pairs) if (!(await isMade(instance, pair))) missing.push(pair);
    for (const release of RELEASES)
        if (missing.some(({ machines: [machine] }) => machine.release === release)) await baseUp(instance, release);
    for (const pair of missing) await part(`machines of ${pair.setUp.name}`, () => pairUp(instance, pair));
}

/** Boots a machine that was made by `pairsUp`, and returns when systemd has started everything. */
export async function boot(instance: LabInstance, machine: Machine): Promise<void> {
    const { id, name } = machine;
    await powerOn(instance, machine);
    const deadline = Date.now() + 60_000;
    while (!/running|degraded/.test(await enter(instance, id, "systemctl is-system-running || true").catch(() => ""))) {
        if (Date.now() > deadline) throw new UserError(`The machine ${name} did not boot within a minute.`);
        await sleep(100);
    }
}

const powerOn = (instance: LabInstance, { id, name, address, release, families }: Machine): Promise<void> =>
    startExistingMachine(instance, id, name, address, { release, ...(families === undefined ? {} : { families }) });

async function isMade(instance: LabInstance, pair: Pair): Promise<boolean> {
    return (await readIfThere(marker(instance, pair))) === recipeHash(instance, pair);
}

async function pairUp(instance: LabInstance, pair: Pair): Promise<void> {
    for (const machine of pair.machines) {
        await stopExistingMachine(instance, machine.id);
        await nspawnHypervisor(instance).cloneDisk(baseOf(machine.release).id, machine.id);
    }
    await Promise.all(pair.machines.map((machine) => firstBoot(instance, machine)));
    await pair.setUp.install(instance, pair);
    await writeAtomically(marker(instance, pair), recipeHash(instance, pair));
}

/** Beyond a boot: cloud-init gives the machine its name, address and keys. */
async function firstBoot(instance: LabInstance, machine: Machine): Promise<void> {
    await powerOn(instance, machine);
    const deadline = Date.now() + 120_000;
    while ((await fileOf(instance, machine.id, "/run/cloud-init/result.json")) === undefined) {
        if (Date.now() > deadline) throw new UserError(`The machine ${machine.name} was not ready within two minutes.`);
        await sleep(200);
    }
}

/** The disk the others are copies of: the lab's image with package lists and packages, nothing of them installed. */
async function baseUp(instance: LabInstance, release: Release): Promise<void> {
    const base = baseOf(release);
    const ready = join(instance.directory, "bench", base.name);
    if ((await readIfThere(ready)) !== undefined) return;
    await part(`base of all machines with Debian ${release}, and packages`, async () => {
        await stopExistingMachine(instance, base.id);
        await firstBoot(instance, { ...base, address: `${instance.subnet}.199` });
        await enter(
            instance,
            base.id,
            `set -eu
apt-get update -qq > /dev/null
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --download-only ${PACKAGES.join(" ")} > /dev/null
cloud-init clean --logs
: > /etc/machine-id`,
        );
        await nspawnHypervisor(instance).shutdown(base.id, 15);
        await writeAtomically(ready, "");
    });
}

const marker = (instance: LabInstance, pair: Pair): string => join(instance.directory, "bench", pair.setUp.name);

function recipeHash(instance: LabInstance, pair: Pair): string {
    return createHash("sha256").update(pair.setUp.recipe(instance, pair)).digest("hex");
}

/**
 * Each machine needs about eight inotify instances, and Linux gives one user 128 of them by default, so that the
 * fourteenth machine on this computer would not boot. The limit is raised while the machines of a comparison are there.
 */
const LIMIT = "/proc/sys/fs/inotify/max_user_instances";
const NEEDED = 1024;

const limitBefore = (instance: LabInstance): string => join(instance.directory, "bench", "inotify-instances.before");

async function makeRoom(instance: LabInstance): Promise<void> {
    const now = Number(await readFile(LIMIT, "utf8"));
    if (now >= NEEDED) return;
    await writeAtomically(limitBefore(instance), String(now));
    await writeFile(LIMIT, String(NEEDED));
}

/**
 * Returns a function that restores the limit; to be called before the instance's folder goes, and called when
 * its machines have gone.
 */
export async function inotifyRestored(instance: LabInstance): Promise<() => Promise<void>> {
    const before = await readIfThere(limitBefore(instance));
    return async () => {
        if (before !== undefined && Number(await readFile(LIMIT, "utf8")) === NEEDED) await writeFile(LIMIT, before);
    };
}
