/** What Proxmox asks of drives in a call beyond their form, before it does anything. */
import { badParameters } from "../errors";
import { type Drive, isDriveKey, parseDrive } from "./drives";

/** A disk that is to be made: `<storage>:<GiB>`. */
const NEW_DISK = /^([^:]+):(\d+(?:\.\d+)?)$/;

/** `import-from` is for new disks of the image's size, and an ISO image is for a CD drive. */
export function assertDrives(set: Record<string, string>): void {
    for (const [key, { file, options }] of drivesIn(set)) {
        if (options.has("import-from") && NEW_DISK.exec(file)?.[2] !== "0") {
            const syntax = "'import-from' requires special syntax - use <storage ID>:0,import-from=<source>";
            throw badParameters({ [key]: syntax });
        }
        if (/^[^:]+:iso\//.test(file) && options.get("media") !== "cdrom")
            throw badParameters({ [key]: "explicit 'media=cdrom' is required for iso images" });
    }
}

/** New disks go to a storage that takes disks, and are made of nothing or of an image. */
export function assertStorages(set: Record<string, string>, assertHoldsDisks: (storage: string) => void): void {
    for (const [key, { file, options }] of drivesIn(set)) {
        const storage = NEW_DISK.exec(file)?.[1];
        if (storage !== undefined) assertHoldsDisks(storage);
        const source = options.get("import-from") ?? "";
        const type = /^[^:]+:(iso|vztmpl|snippets|backup)\//.exec(source)?.[1];
        if (type !== undefined)
            throw badParameters({ [key]: `${source} has wrong type '${type}' - needs to be 'images' or 'import'` });
    }
}

function drivesIn(set: Record<string, string>): [key: string, drive: Drive][] {
    return Object.entries(set)
        .filter(([key]) => isDriveKey(key))
        .map(([key, value]) => [key, parseDrive(value)]);
}
