/**
 * What is checked in Proxmox before a VM is made: that the template has its disk where the VM is to have it, and that
 * nothing is in the way. The provider notes a clone only when it is where it belongs; one that was cut off before (a
 * refusal, a migration that failed, a run that was killed) is in no state. It is found here, by the mark it got
 * when it was made, and removed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { VirtualMachineModel } from "../../model/model";
import { type ProxmoxApi, ProxmoxRefusal } from "./api";

export interface Wanted {
    name: string;
    /** Text at the end of its notes that no other VM has. */
    mark: string;
    /** With the length of the prefix: a VM that has its settings has this among them. */
    address: string;
    machine: VirtualMachineModel;
}

type Config = Record<string, string | number>;

interface Guest {
    vmid: number;
    node: string;
    name: string;
    status: string;
    lock?: string;
    template?: number;
}

const DISK = /^(scsi|virtio|sata|ide)\d+$/;
/** What Proxmox answers for a node that it cannot reach, or that says nothing for 30 s. */
const NO_NODE = /^59[56] /;
const POLL_MILLISECONDS = 500;

/** Throws an error for users when the VM is to be made and cannot be as it is wanted. `log` gets what was done. */
export async function beforeMaking(api: ProxmoxApi, wanted: Wanted, log: (text: string) => void): Promise<void> {
    const { name, machine } = wanted;
    const guests = await api.call<Guest[]>("GET", "/cluster/resources?type=vm");
    const there = guests.filter((guest) =>
        machine.vmId === undefined ? guest.name === name && guest.template !== 1 : guest.vmid === machine.vmId,
    );
    const left = await Promise.all(there.map((guest) => removedIfCutOff(api, wanted, guest, log)));
    if (left.every((removed) => removed) && machine.source.kind === "template")
        await checkTemplate(api, wanted, machine.source);
}

async function checkTemplate(
    api: ProxmoxApi,
    { name, machine }: Wanted,
    { node, vmId }: { node: string; vmId: number },
): Promise<void> {
    const config = await api.call<Config>("GET", `/nodes/${node}/qemu/${vmId}/config`).catch((error: unknown) => {
        if (!(error instanceof ProxmoxRefusal)) throw error;
        if (NO_NODE.test(error.message))
            throw new Error(
                `the node ${node}, which the template ${vmId} is on, does not answer (Proxmox: ${error.message}). ` +
                    `Is it on? Or name a template on another node with virtualMachine.template of ${name}. ` +
                    "Nothing was made.",
            );
        throw new Error(
            `the template ${vmId} cannot be read on the node ${node} (Proxmox: ${error.message}). ` +
                "template.vmId and template.node must " +
                "name a template and the node it is on, and the API token needs the role of " +
                "docs/security.md. Nothing was made.",
        );
    });
    const places = Object.keys(config).filter((key) => DISK.test(key) && !/(^|,)media=cdrom/.test(String(config[key])));
    if (places.includes(machine.diskInterface)) return;
    const order = /order=([^,]*)/.exec(String(config["boot"] ?? ""))?.[1]?.split(";") ?? [];
    const system = order.find((key) => places.includes(key)) ?? places[0];
    throw new Error(
        system === undefined
            ? `the template ${vmId} on ${node} has no disk. Nothing was made.`
            : `the template ${vmId} on ${node} has its system disk on ${system}, not on ` +
                  `${machine.diskInterface}: a clone would get a second, empty one. ` +
                  `Set virtualMachine.diskInterface of ${name} (or virtualMachines.diskInterface) to ` +
                  `${system}. Nothing was made.`,
    );
}

/**
 * Whether the guest was a clone of this stack that was never given its settings, let alone started, and is gone now.
 */
async function removedIfCutOff(
    api: ProxmoxApi,
    { name, mark, address, machine }: Wanted,
    guest: Guest,
    log: (text: string) => void,
): Promise<boolean> {
    if (machine.source.kind !== "template" || guest.status !== "stopped") return false;
    const { vmid, node, lock } = guest;
    const config = await api.call<Config>("GET", `/nodes/${node}/qemu/${vmid}/config`);
    const ours =
        String(config["description"] ?? "")
            .trim()
            .endsWith(mark) && config["name"] === name;
    if (!ours || String(config["ipconfig0"] ?? "").includes(`ip=${address}`)) return false;
    const which =
        `the VM ${vmid} on ${node}, which an earlier run cloned and was ` + "cut off before it gave it its settings,";
    if (lock !== undefined)
        throw new Error(`${which} is still being worked on by Proxmox (${lock}). Run this again when that has ended.`);
    await ended(
        api,
        await api.call<string>("DELETE", `/nodes/${node}/qemu/${vmid}?purge=1&destroy-unreferenced-disks=1`),
        which,
    );
    log(
        `${name}: ${which} was removed; it is made again. (Should the provider still ask for it, run this ` +
            "again with --refresh.)",
    );
    return true;
}

async function ended(api: ProxmoxApi, upid: string, which: string): Promise<void> {
    const node = upid.split(":")[1] ?? "";
    for (;;) {
        const { status, exitstatus } = await api.call<{ status: string; exitstatus?: string }>(
            "GET",
            `/nodes/${node}/tasks/${encodeURIComponent(upid)}/status`,
        );
        if (status !== "running" && exitstatus !== "OK")
            throw new Error(`${which} could not be removed: ${exitstatus ?? status}`);
        if (status !== "running") return;
        await sleep(POLL_MILLISECONDS);
    }
}
