/** Guests: finding the one a call is about, and what its state looks like from outside. */
import { on } from "./access/checks";
import { type Call, type Proxmox } from "./api";
import { ApiError, noSuchGuest, refused } from "./errors";
import { NODE_CPUS } from "./nodes";
import { drivesOf, isDisk } from "./config/drives";
import { filter } from "./firewall";
import { type Outcome } from "./config/normalise";
import { parseProperties } from "./config/properties";
import { type Guest } from "./state";

/** The guest a path names. A guest on the other node is as unknown to this one as one that never was. */
export function guestOf(pve: Proxmox, call: Call): Guest {
    return guestOn(pve, call.path("node"), Number(call.path("vmid")));
}

/** The same once more inside a task: the guest may have gone in the meantime. */
export function guestOn(pve: Proxmox, node: string, vmid: number): Guest {
    const guest = pve.store.guest(vmid);
    if (guest?.node !== node) throw noSuchGuest(node, vmid);
    return guest;
}

/** Guests that the caller is shown: one that may not be seen is as if it were not there. */
export function visibleGuests(pve: Proxmox, { caller }: Call): Guest[] {
    return pve.store.guests().filter(({ vmid }) => caller.may(on(`/vms/${vmid}`, "VM.Audit")));
}

/** A pool that a new guest is to be in. That it does not exist counts as not being allowed to. */
export function assertPool(pve: Proxmox, pool: string): void {
    if (!(pool in pve.store.state.pools))
        throw new ApiError(403, `Permission check failed (pool '${pool}' does not exist)`);
}

export function assertUnlocked(guest: Guest): void {
    if (guest.lock !== undefined) throw refused(`VM is locked (${guest.lock})`);
}

/** Makes and frees disks as a change of configuration demands, and keeps the change. */
export async function adopt(pve: Proxmox, guest: Guest, outcome: Outcome): Promise<void> {
    pve.health.assertWritable(guest.node, guest.vmid);
    if (outcome.systemFreed) await pve.hypervisor.removeDisk(guest.vmid);
    if (outcome.systemImage !== undefined) {
        // A forgotten disk of that id must not pass for the new one.
        await pve.hypervisor.removeDisk(guest.vmid);
        await pve.hypervisor.createDisk(guest.vmid, outcome.systemImage);
    }
    guest.config = outcome.config;
    guest.volumes = outcome.volumes;
    pve.store.save();
    await filter(pve, guest);
}

/** Removes a guest and everything it has. */
export async function discard(pve: Proxmox, guest: Guest): Promise<void> {
    await pve.hypervisor.removeDisk(guest.vmid);
    await pve.hypervisor.filter(guest.vmid, undefined);
    pve.store.remove(guest.vmid);
}

/** Whether the configuration says that there is an agent; `agentAnswers` whether there is one. */
export function agentEnabled({ config }: Guest): boolean {
    return parseProperties(String(config.agent ?? "0"), "enabled").get("enabled") === "1";
}

export async function agentAnswers(pve: Proxmox, { vmid, volumes }: Guest): Promise<boolean> {
    if (!Object.values(volumes).every(({ agent }) => agent)) return false;
    // While the machine is still booting its agent has not been started yet.
    return pve.hypervisor.interfaces(vmid).then(
        () => true,
        () => false,
    );
}

/** The hardware that the next start gives it: neither can be changed while it runs. */
export function startsWith({ config }: Guest): NonNullable<Guest["started"]> {
    const memory = parseProperties(String(config.memory ?? "512"), "current").get("current") ?? "512";
    return { memory, cpus: Number(config.cores ?? 1) * Number(config.sockets ?? 1) };
}

/** What a list of guests shows of one. */
export interface Summary {
    vmid: number;
    name: string;
    status: "running" | "stopped";
    maxmem: number;
    maxdisk: number;
    uptime: number;
    cpus: number;
    cpu: number;
    mem: number;
    disk: number;
    template?: 1;
    lock?: string;
    tags?: string;
}

export async function summary(pve: Pick<Proxmox, "hypervisor">, guest: Guest): Promise<Summary> {
    const { vmid, config, volumes, lock } = guest;
    const running = await pve.hypervisor.isRunning(vmid);
    const { memory, cpus } = (running ? guest.started : undefined) ?? startsWith(guest);
    const disk = drivesOf(config).find(([key, drive]) => !key.startsWith("unused") && isDisk(drive))?.[1];
    return {
        vmid,
        name: String(config.name ?? `VM ${vmid}`),
        status: running ? "running" : "stopped",
        maxmem: Number(memory) * 1024 ** 2,
        maxdisk: disk === undefined ? 0 : (volumes[disk.file]?.size ?? 0),
        uptime: running ? Math.floor(await pve.hypervisor.uptime(vmid)) : 0,
        cpus: Math.min(NODE_CPUS, cpus),
        cpu: 0,
        mem: 0,
        disk: 0,
        ...(config.template === 1 ? { template: 1 as const } : {}),
        ...(lock === undefined ? {} : { lock }),
        ...(config.tags === undefined ? {} : { tags: String(config.tags) }),
    };
}
