/**
 * What is checked in Proxmox before a VM is made: that its node is there, that a clone of the template can be what is
 * wanted, and that nothing is in the way. Of a VM that is there it is said what would keep it from being
 * changed.
 */
import { type ProxmoxApi, ProxmoxRefusal } from "./api";
import { assertMade, isCutOff, removeCutOff } from "./cutOff";
import { problemsOfTemplateFirewall, warnOfDatacenterFirewall } from "./firewallSeen";
import {
    type Config,
    configOf,
    currentOf,
    type Guest,
    guestsOf,
    isOffline,
    type Node,
    nodesOf,
    type Wanted,
} from "./guests";
import { checkProcessors } from "./processors";
import { checkSeparation } from "./separation";
import { checkImage, checkStorages, checkVendorData } from "./storages";
import { checkTags, checkTagsOfNew } from "./tags";
import { problemsOfLink, problemsOfTemplate } from "./template";

/** What Proxmox answers for a node that it cannot reach, or that says nothing for 30 s. */
const NO_NODE = /^59[56] /;

/** Throws when the VM is to be made and cannot be as it is wanted. `log` gets what was done, or seen. */
export async function beforeMaking(api: ProxmoxApi, wanted: Wanted, log: (text: string) => void): Promise<void> {
    const { name, machine } = wanted;
    await checkSeparation(api, wanted);
    const [guests, nodes] = await Promise.all([guestsOf(api), nodesOf(api)]);
    assertNoContainer(wanted, guests);
    const vms = guests.filter(({ type }) => type === "qemu");
    const there = vms.filter((guest) =>
        machine.vmId === undefined ? guest.name === name && guest.template !== 1 : guest.vmid === machine.vmId,
    );
    if (there.length === 0 && mayBeOutOfReach(wanted, vms, nodes, log)) return;
    const left = await Promise.all(there.map((guest) => isOutOfTheWay(api, wanted, guest, nodes, log)));
    const isNew = left.every((removed) => removed);
    if (isNew) {
        assertNode(wanted, nodes);
        await checkProcessors(api, wanted, nodes);
        await checkStorages(api, wanted);
        await checkVendorData(api, machine);
        await checkImage(api, machine);
        if (machine.source.kind === "template") {
            const { tags = "" } = await checkTemplate(api, wanted, machine.source);
            await checkTags(api, wanted, String(tags), vms);
        } else await checkTagsOfNew(api, wanted, vms);
    }
    await warnOfDatacenterFirewall(api, wanted, isNew, log);
}

/**
 * Whether it may be one of those on its node, which has been off for so long that Proxmox lists them without names.
 * Then that is logged: should it have to be made after all, Proxmox says that the node is off.
 */
function mayBeOutOfReach(wanted: Wanted, vms: Guest[], nodes: Node[], log: (text: string) => void): boolean {
    const { name, machine } = wanted;
    const { node, vmId } = machine;
    if (vmId !== undefined || !isOffline(nodes, node)) return false;
    const nameless = vms.filter((guest) => guest.node === node && guest.name === undefined);
    if (nameless.length === 0) return false;
    const ids = nameless.map(({ vmid }) => vmid).join(", ");
    log(
        `${name}: the node ${node} has been offline for so long that Proxmox does not know the names of its VMs (${ids}) ` +
            `any more. If one of them is this host's, ${howToGoOn(wanted)}`,
    );
    return true;
}

function howToGoOn({ others }: Wanted): string {
    return `whatever has to be changed there fails. To change the other hosts meanwhile: ${others}`;
}

/** Whether it was only half made and is gone now. What would keep one that stays from being changed is logged. */
async function isOutOfTheWay(
    api: ProxmoxApi,
    wanted: Wanted,
    guest: Guest,
    nodes: Node[],
    log: (text: string) => void,
): Promise<boolean> {
    const { vmid, node, lock, status } = guest;
    const which = `${wanted.name}: its VM ${vmid} on ${node}`;
    if (isOffline(nodes, node)) {
        log(`${which} is out of reach, since the node is offline: ${howToGoOn(wanted)}`);
        return false;
    }
    if (status === "running" && lock === undefined) return false;
    const config = await configOf(api, node, vmid);
    assertMade(guest, config);
    if (isCutOff(wanted, config) && (await currentOf(api, node, vmid)).status !== "running") {
        await removeCutOff(api, wanted, guest, log);
        return true;
    }
    if (lock !== undefined)
        log(
            `${which} is locked (${lock}): Proxmox changes nothing of it until that has ended. Should this run fail ` +
                "at it, run it again then, with --refresh. Where no task works on it any more: " +
                `qm unlock ${vmid} on ${node}.`,
        );
    return false;
}

/** They have their ids from the same numbers. */
function assertNoContainer({ name, machine }: Wanted, guests: Guest[]): void {
    const taken = guests.find(({ type, vmid }) => type === "lxc" && vmid === machine.vmId);
    if (taken === undefined) return;
    throw new Error(
        `the id ${taken.vmid} (virtualMachine.vmId of ${name}) is that of the container ${taken.name ?? ""} on ` +
            `${taken.node}. Set it ` +
            "to one that neither a VM nor a container has, or leave it out and have Proxmox choose. Nothing was made.",
    );
}

function assertNode({ name, machine }: Wanted, nodes: Node[]): void {
    const node = nodes.find((known) => known.node === machine.node);
    const setting = `virtualMachine.node of ${name}`;
    if (node === undefined)
        throw new Error(
            `there is no node ${machine.node}; the cluster has ${nodes.map((known) => known.node).join(", ")}. ` +
                `Set ${setting} to one of them. Nothing was made.`,
        );
    if (node.status === "offline")
        throw new Error(
            `the node ${machine.node}, which the VM is to be made on, is offline. Run this again when it is back, or ` +
                `set ${setting} to another one. Nothing was made.`,
        );
}

/** Returns its configuration. */
async function checkTemplate(
    api: ProxmoxApi,
    { name, machine }: Wanted,
    { node, vmId }: { node: string; vmId: number },
): Promise<Config> {
    const config = await configOf(api, node, vmId).catch((error: unknown) => {
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
    const problems = [
        ...problemsOfTemplate(config, name, machine),
        ...(await problemsOfLink(api, config, machine)),
        ...(await problemsOfTemplateFirewall(api, node, vmId, machine)),
    ];
    if (problems.length > 0)
        throw new Error(`the template ${vmId} on ${node} ${problems.join("; and it ")}. Nothing was made.`);
    return config;
}
