/** Drive lines of a configuration: `scsi0: local-lvm:vm-100-disk-0,iothread=1,size=20G`. */
import { parseProperties, formatProperties } from "./properties";
import { formatSize } from "./sizes";

const DRIVE_KEY =
    /^(ide[0-3]|sata[0-5]|scsi([0-9]|[12][0-9]|30)|virtio([0-9]|1[0-5])|efidisk0|tpmstate0|unused\d{1,3})$/;

/** What a drive line says. */
export interface Drive {
    /** `none`, `cdrom`, a volume id, or on the way in `<storage>:<GiB>` and `<storage>:cloudinit`. */
    file: string;
    /** Without `file` and `size`; the size is the volume's own business. */
    options: Map<string, string>;
}

export function isDriveKey(key: string): boolean {
    return DRIVE_KEY.test(key);
}

export function parseDrive(value: string): Drive {
    const options = parseProperties(value, "file");
    const file = options.get("file") ?? options.get("volume") ?? "none";
    for (const key of ["file", "volume", "size"]) options.delete(key);
    return { file, options };
}

/** As PVE prints it. */
export function formatDrive({ file, options }: Drive, size?: number): string {
    const all = new Map(options);
    if (size !== undefined) all.set("size", formatSize(size));
    return formatProperties(file, all);
}

/** The volume ids a configuration refers to, by key. */
export function drivesOf(config: Record<string, string | number>): [key: string, drive: Drive][] {
    return Object.entries(config)
        .filter(([key]) => isDriveKey(key))
        .map(([key, value]) => [key, parseDrive(String(value))]);
}

export function isCloudInit(file: string): boolean {
    return /:(\d+\/)?vm-\d+-cloudinit(\.qcow2)?$/.test(file);
}

/** Whether a drive is a disk of the guest, rather than a CD or a cloud-init drive. */
export function isDisk({ file, options }: Drive): boolean {
    return file !== "none" && file !== "cdrom" && options.get("media") !== "cdrom";
}
