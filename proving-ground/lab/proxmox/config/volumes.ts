/**
 * How volumes of guests are called. A storage of files has a folder for each guest and shows the format by an ending;
 * others (LVM, ZFS) keep raw devices under plain names.
 */
import { type Guest, type Volume } from "../state";
import { type Drive, formatDrive, isCloudInit, parseDrive } from "./drives";

/** What has to be known about a storage to name a volume on it. */
export interface VolumeStorages {
    keepsFiles(storage: string): boolean;
}

/** `raw`, `qcow2` or `vmdk`; of a name without an ending raw. */
export const formatOf = (volid: string): string => /\.(raw|qcow2|vmdk)$/.exec(volid)?.[1] ?? "raw";

/** The next name for a disk of that guest. `format`: as it is wanted, where the storage has a choice. */
export function freeVolume(
    { vmid, volumes }: Pick<Guest, "vmid" | "volumes">,
    storage: string,
    storages: VolumeStorages,
    format = "raw",
): string {
    const named = (index: number): string => {
        const name = `vm-${vmid}-disk-${index}`;
        return storages.keepsFiles(storage) ? `${storage}:${vmid}/${name}.${format}` : `${storage}:${name}`;
    };
    // Whatever its format: the name without the ending is what must be free.
    const bare = (volid: string): string => volid.replace(/\.\w+$/, "");
    const taken = new Set(Object.keys(volumes).map(bare));
    let index = 0;
    while (taken.has(bare(named(index)))) index++;
    return named(index);
}

/** A volume that no drive has any more stays the guest's, under the lowest free `unusedN`. */
export function keepUnused(config: Guest["config"], file: string): void {
    let index = 0;
    while (`unused${index}` in config) index++;
    config[`unused${index}`] = file;
}

/** There is one of each guest. */
export function cloudInitVolume(vmid: number, storage: string, storages: VolumeStorages): string {
    return storages.keepsFiles(storage)
        ? `${storage}:${vmid}/vm-${vmid}-cloudinit.qcow2`
        : `${storage}:vm-${vmid}-cloudinit`;
}

/** A copy of a volume for a guest on a storage, in the source's format where that storage has formats. */
export function copied(
    guest: Pick<Guest, "vmid" | "volumes">,
    file: string,
    storage: string,
    storages: VolumeStorages,
    format?: string,
): string {
    return isCloudInit(file)
        ? cloudInitVolume(guest.vmid, storage, storages)
        : freeVolume(guest, storage, storages, format ?? formatOf(file));
}

/** Puts the drive's volume on another storage. Returns the former one, which is no longer the guest's. */
export function moveVolume(
    guest: Guest,
    key: string,
    storage: string,
    storages: VolumeStorages,
    format?: string,
): { file: string; volume: Volume } {
    const { file, options }: Drive = parseDrive(String(guest.config[key]));
    const volume = guest.volumes[file]!;
    const target = copied(guest, file, storage, storages, format);
    delete guest.volumes[file];
    guest.volumes[target] = volume;
    guest.config[key] = formatDrive({ file: target, options }, isCloudInit(file) ? undefined : volume.size);
    return { file, volume };
}
