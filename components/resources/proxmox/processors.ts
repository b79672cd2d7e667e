/** Whether the node has the CPUs that are wanted, in kind and number. */
import { cpuModels } from "../../proxmox/answers";
import { type ProxmoxApi, ProxmoxRefusal } from "./api";
import type { Node, Wanted } from "./guests";

/** Models of an administrator's own, which are shown to some only. */
const CUSTOM = /^custom-/;

export async function checkProcessors(api: ProxmoxApi, { name, machine }: Wanted, nodes: Node[]): Promise<void> {
    const { node, cores, cpu, cpuType } = machine;
    const { sockets = 1 } = cpu;
    // Shown to those who may look at the node.
    const most = nodes.find((known) => known.node === node)?.maxcpu;
    if (most !== undefined && cores * sockets > most)
        throw new Error(
            `the node ${node} has ${most} processors, and Proxmox starts no VM on it that has more; virtualMachine.cores of ` +
                `${name} is ${cores}${sockets === 1 ? "" : `, times ${sockets} sockets (cpu.sockets)`}: set it to at ` +
                `most ${Math.floor(most / sockets)}. Nothing was made.`,
        );
    if (CUSTOM.test(cpuType)) return;
    const models = await modelsOf(api, node);
    if (models === undefined || models.includes(cpuType)) return;
    const alike = models.filter((model) => plain(model) === plain(cpuType) || distance(model, cpuType) <= 2);
    throw new Error(
        `the node ${node} knows no CPU type ${cpuType} (cpuType of ${name}). ` +
            (alike.length === 0 ? "" : `Is ${alike.join(" or ")} meant? `) +
            "Set it to one that Proxmox offers for VMs, such as host, x86-64-v2-AES or x86-64-v3; one of an " +
            "administrator's own begins with custom-. Nothing was made.",
    );
}

async function modelsOf(api: ProxmoxApi, node: string): Promise<string[] | undefined> {
    try {
        const models = await api.call("GET", `/nodes/${node}/capabilities/qemu/cpu`, cpuModels);
        return models.map(({ name }) => name);
    } catch (error) {
        // Then Proxmox says it when the VM is made.
        if (error instanceof ProxmoxRefusal) return undefined;
        throw error;
    }
}

const plain = (model: string): string => model.toLowerCase().replace(/[^a-z0-9]/g, "");

/** How many letters have to be added, left out or exchanged to make one of the other. */
function distance(from: string, to: string): number {
    let row = Array.from({ length: to.length + 1 }, (_, index) => index);
    for (const [above, letter] of [...from].entries()) {
        const next = [above + 1];
        for (const [index, other] of [...to].entries())
            next.push(Math.min(row[index]! + (letter === other ? 0 : 1), row[index + 1]! + 1, next[index]! + 1));
        row = next;
    }
    return row.at(-1)!;
}
