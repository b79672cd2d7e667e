/**
 * What a POST or PUT makes of a guest's configuration. Nothing is done here: the outcome says which disks have to be
 * made and which to be freed, and the caller does it and keeps the result.
 *
 * The rules matter to the letter: what is returned differently from PVE is a change in every
 * preview.
 */
import { createHash } from "node:crypto";
import { refused } from "../errors";
import { type Guest, type GuestConfig, type Volume } from "../state";
import { type Drive, drivesOf, formatDrive, isCloudInit, isDisk, isDriveKey, parseDrive } from "./drives";
import { isNetworkKey, normaliseNetwork } from "./network";
import { parseProperties } from "./properties";
import { normaliseOption } from "./options";
import { GIB } from "./sizes";
import { cloudInitVolume, freeVolume, keepUnused, type VolumeStorages } from "./volumes";

/** Size of a cloud-init drive. */
const CLOUD_INIT_SIZE = 4 * 1024 ** 2;

/** Disks of the firmware, whose size is not for the caller to say. */
const SMALL = /^(efidisk|tpmstate)/;
const SMALL_GIB = 4 / 1024;

/** What has to be known about storages to read a drive line. */
export interface DriveStorages extends VolumeStorages {
    /** Throws PVE's refusal unless guests' disks can be kept there. */
    assertHoldsDisks(storage: string): void;
    /** What an image file contains, in PVE's words if it is not one. */
    image(volid: string): { name: string; size: number };
    /** Whether an ISO or other file is there. */
    hasFile(volid: string): boolean;
}

/** The part of a guest a change is about. */
export type Configured = Pick<Guest, "vmid" | "config" | "volumes">;

export interface Outcome {
    config: GuestConfig;
    volumes: Record<string, Volume>;
    /** Set when the disk the machine boots from is to be made of that image. */
    systemImage?: string;
    /** Set when the disk the machine boots from goes away. */
    systemFreed: boolean;
}

/** The configuration after setting and removing options. */
export function changed(
    guest: Configured,
    set: Record<string, string>,
    remove: string[],
    storages: DriveStorages,
): Outcome {
    const change = new Change(guest, storages);
    for (const key of remove) change.remove(key);
    for (const [key, value] of Object.entries(set)) change.set(key, normaliseOption(key, value));
    bootFrom(change.outcome.config, guest.config);
    assertBalloon(change.outcome.config);
    return change.outcome;
}

/**
 * A new boot order must be of devices that are there; a CD drive that is new to a guest with an order is put at its
 * end.
 */
function bootFrom(config: GuestConfig, before: GuestConfig): void {
    const order = /^order=(.*)$/.exec(String(config.boot ?? ""))?.[1]?.split(/[;\s]+/);
    if (order === undefined) return;
    const missing =
        config.boot === before.boot ? undefined : order.find((device) => device !== "" && config[device] === undefined);
    // The odd quotation mark is Proxmox's.
    if (missing !== undefined) throw refused(`invalid bootorder: device '${missing}' does not exist'`);
    const added = drivesOf(config).filter(
        ([key, drive]) =>
            before[key] === undefined && !order.includes(key) && !isDisk(drive) && !isCloudInit(drive.file),
    );
    config.boot = `order=${[...order, ...added.map(([key]) => key)].join(";")}`;
}

function assertBalloon({ balloon, memory }: GuestConfig): void {
    const current = Number(parseProperties(String(memory ?? "512"), "current").get("current"));
    if (Number(balloon ?? 0) > current) throw refused("balloon value too large (must be smaller than assigned memory)");
}

class Change {
    readonly outcome: Outcome;

    constructor(
        private readonly guest: Configured,
        private readonly storages: DriveStorages,
    ) {
        this.outcome = { config: { ...guest.config }, volumes: structuredClone(guest.volumes), systemFreed: false };
    }

    remove(key: string): void {
        if (isDriveKey(key)) this.detach(key);
        delete this.outcome.config[key];
    }

    set(key: string, value: string | number): void {
        if (isDriveKey(key)) this.setDrive(key, parseDrive(String(value)));
        else this.outcome.config[key] = isNetworkKey(key) ? normaliseNetwork(String(value)) : value;
    }

    private setDrive(key: string, drive: Drive): void {
        const before = this.outcome.config[key];
        if (before !== undefined && parseDrive(String(before)).file !== drive.file) this.detach(key);
        this.outcome.config[key] = this.resolved(key, drive);
    }

    private resolved(key: string, drive: Drive): string {
        const { file, options } = drive;
        if (file === "none" || file === "cdrom") {
            options.set("media", "cdrom");
            return formatDrive(drive);
        }
        const existing = this.outcome.volumes[file];
        if (existing !== undefined) return formatDrive(drive, isCloudInit(file) ? undefined : existing.size);

        const [, storage = "", name = ""] = /^([^:]+):(.+)$/.exec(file) ?? [];
        if (name === "cloudinit") return this.cloudInit(key, storage, options);
        if (/^\d+(\.\d+)?$/.test(name))
            return this.allocated(storage, SMALL.test(key) ? SMALL_GIB : Number(name), options);
        if (this.storages.hasFile(file)) return formatDrive(drive);
        throw refused(`volume '${file}' does not exist`);
    }

    private cloudInit(key: string, storage: string, options: Map<string, string>): string {
        this.storages.assertHoldsDisks(storage);
        // Looked up in what was there before: PVE refuses to move the drive in one call.
        const other = drivesOf(this.guest.config).find(([slot, drive]) => slot !== key && isCloudInit(drive.file));
        if (other !== undefined) throw refused(`${key} - cloud-init drive is already attached at '${other[0]}'`);
        const file = cloudInitVolume(this.guest.vmid, storage, this.storages);
        this.outcome.volumes[file] = { size: CLOUD_INIT_SIZE, system: false, agent: true };
        options.delete("format");
        options.set("media", "cdrom");
        return formatDrive({ file, options });
    }

    private allocated(storage: string, gib: number, options: Map<string, string>): string {
        this.storages.assertHoldsDisks(storage);
        const volume: Volume = { size: gib * GIB, system: false, agent: true };
        const source = options.get("import-from");
        if (source !== undefined) {
            const image = this.storages.image(source);
            volume.size = image.size;
            // A plain cloud image has none.
            volume.agent = false;
            // A lab machine has one root file system: the first image is what it boots.
            if (!Object.values(this.outcome.volumes).some(({ system }) => system)) {
                volume.system = true;
                this.outcome.systemImage = image.name;
            }
        }
        const named = { vmid: this.guest.vmid, volumes: this.outcome.volumes };
        const file = freeVolume(named, storage, this.storages, options.get("format"));
        options.delete("import-from");
        options.delete("format");
        this.outcome.volumes[file] = volume;
        return formatDrive({ file, options }, volume.size);
    }

    /**
     * A disk that is taken away is kept as `unusedN` until that is removed too; a cloud-init drive is made again
     * anyway.
     */
    private detach(key: string): void {
        const { config, volumes } = this.outcome;
        const value = config[key];
        if (value === undefined) return;
        delete config[key];
        const { file } = parseDrive(String(value));
        const volume = volumes[file];
        if (volume === undefined) return;
        if (isCloudInit(file) || key.startsWith("unused")) {
            delete volumes[file];
            if (volume.system) this.outcome.systemFreed = true;
            return;
        }
        keepUnused(config, file);
    }
}

/**
 * The boot order PVE chooses when none is given: the first disk, the first CD (a cloud-init drive counts), the first
 * NIC.
 */
export function defaultBootOrder(config: GuestConfig): string {
    const drives = drivesOf(config).filter(([key]) => /^(ide|sata|scsi|virtio)/.test(key));
    const devices = [
        drives.find(([, drive]) => isDisk(drive))?.[0],
        drives.find(([, drive]) => !isDisk(drive))?.[0],
        Object.keys(config).find(isNetworkKey),
    ];
    return `order=${devices.filter((device) => device !== undefined).join(";")}`;
}

/** What GET config answers. */
export function shownConfig(guest: Guest): Record<string, string | number> {
    const shown: Record<string, string | number> = { ...guest.config };
    if (shown.cipassword !== undefined) shown.cipassword = "**********";
    if (guest.lock !== undefined) shown.lock = guest.lock;
    shown.digest = digestOf(guest);
    return shown;
}

/** Another one whenever the configuration is another. */
export const digestOf = ({ config }: Guest): string => digestOfValue(config);

export function digestOfValue(value: unknown): string {
    return createHash("sha1").update(JSON.stringify(value)).digest("hex");
}
