/** Whether the storages are there, and what is to be on them already, before a VM is made. */
import { storages, storageStatus, volumes } from "../../proxmox/answers";
import { type ProxmoxApi, ProxmoxRefusal } from "./api";
import type { Wanted } from "./guests";

/** Throws where a disk's storage is not there, or holds no disks. Proxmox says so of some of them after the clone. */
export async function checkStorages(api: ProxmoxApi, { name, machine }: Wanted): Promise<void> {
    const { node, datastore, cloudInit, efiDisk } = machine;
    const disks = [
        { setting: "datastore", storage: datastore, hidden: false },
        { setting: "efiDisk.datastore", storage: efiDisk?.datastore, hidden: false },
        // No right on it is needed to make the drive: it may be there and not be shown.
        { setting: "cloudInit.datastore", storage: cloudInit.datastore, hidden: true },
    ];
    for (const { setting, storage, hidden } of disks) {
        if (storage === undefined) continue;
        const wrong = await problemOf(api, node, storage, hidden);
        if (wrong === undefined) continue;
        throw new Error(
            `the storage ${storage} (${setting} of ${name}) ${wrong}${await othersFor("images", api, node)}. ` +
                "Set it to one that takes disk images, here or in virtualMachines. Nothing was made.",
        );
    }
}

async function problemOf(api: ProxmoxApi, node: string, storage: string, hidden: boolean): Promise<string | undefined> {
    try {
        const { content, active } = await api.call("GET", `/nodes/${node}/storage/${storage}/status`, storageStatus);
        if (!content.split(",").includes("images")) return `on ${node} does not take disk images, but ${content}`;
        return active === 0 ? `is not active on ${node}` : undefined;
    } catch (error) {
        if (!(error instanceof ProxmoxRefusal)) throw error;
        return hidden && error.isForbidden ? undefined : `cannot be used on ${node} (Proxmox: ${error.message})`;
    }
}

/** What a refusal adds where Proxmox shows storages that would do. */
async function othersFor(content: string, api: ProxmoxApi, node: string): Promise<string> {
    const shown = await api.call("GET", `/nodes/${node}/storage?content=${content}`, storages).catch(() => []);
    return shown.length === 0 ? "" : `; ${node} has ${shown.map(({ storage }) => storage).join(", ")}`;
}

/** Proxmox looks for it when the VM is started, which is then there and off. */
export async function checkVendorData(api: ProxmoxApi, { node, cloudInit }: Wanted["machine"]): Promise<void> {
    const { vendorData } = cloudInit;
    if (vendorData === undefined) return;
    const storage = vendorData.split(":")[0]!;
    const there = await volumesOn(
        api,
        node,
        storage,
        "snippets",
        `the vendor data ${vendorData} (cloudInit.vendorData)`,
    );
    if (there.includes(vendorData)) return;
    throw new Error(
        `the vendor data ${vendorData} (cloudInit.vendorData) are not on the storage ${storage} of ${node}` +
            (there.length === 0 ? ", which has no snippets: does it allow that content type? " : ". ") +
            "Put the file there, on each node. Nothing was made.",
    );
}

/** The provider would find it missing after the VM's id was taken. */
export async function checkImage(api: ProxmoxApi, { node, source }: Wanted["machine"]): Promise<void> {
    if (source.kind !== "image" || source.volumeId === undefined) return;
    const storage = source.volumeId.split(":")[0]!;
    const there = await volumesOn(api, node, storage, "import", `the image ${source.volumeId} (image.volumeId)`);
    if (there.includes(source.volumeId)) return;
    throw new Error(
        `the image ${source.volumeId} (image.volumeId) is not on the storage ${storage} of ${node}` +
            (there.length === 0
                ? ", which has no images to import: does it allow that content type? "
                : `, which has ${there.join(", ")}. `) +
            "Put it there, on each node that has a host. Nothing was made.",
    );
}

/** `what` is to be there. */
async function volumesOn(
    api: ProxmoxApi,
    node: string,
    storage: string,
    content: string,
    what: string,
): Promise<string[]> {
    try {
        const there = await api.call("GET", `/nodes/${node}/storage/${storage}/content?content=${content}`, volumes);
        return there.map(({ volid }) => volid);
    } catch (error) {
        if (!(error instanceof ProxmoxRefusal)) throw error;
        throw new Error(
            `${what} cannot be looked for: Proxmox says of its storage ${storage} on ${node}: ${error.message}` +
                `${await othersFor(content, api, node)}. The part before the colon must be a storage of that node, ` +
                "which the API token may look at (Datastore.Audit, docs/security.md). Nothing was made.",
            { cause: error },
        );
    }
}
