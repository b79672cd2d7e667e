/** Which release of Proxmox VE the API of a lab plays: the setting of its start, kept in the lab's folder. */
import { join } from "node:path";
import { readIfThere, writeAtomically } from "./files";
import { type LabInstance } from "./instance";
import { DEFAULT_VERSION, type Version } from "./proxmox/access/privileges";

/** The newest first, as it is what is played where nothing is asked for. */
export const PROXMOX_VERSIONS = ["9.1", "8.4"] as const satisfies readonly Version[];

const fileOf = (instance: LabInstance): string => join(instance.directory, "proxmox", "plays");

/** What the API of that lab plays, or will once it runs. */
export async function proxmoxVersionOf(instance: LabInstance): Promise<Version> {
    const kept = (await readIfThere(fileOf(instance)))?.trim();
    return PROXMOX_VERSIONS.find((version) => version === kept) ?? DEFAULT_VERSION;
}

/** Whether a start was asked for another one than is played. */
export async function playsAnother(instance: LabInstance): Promise<boolean> {
    return instance.proxmox !== undefined && instance.proxmox !== (await proxmoxVersionOf(instance));
}

export async function keepProxmoxVersion(instance: LabInstance, version: Version): Promise<void> {
    await writeAtomically(fileOf(instance), `${version}\n`);
}
