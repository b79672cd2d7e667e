/**
 * What setting or removing each option of a guest asks for. The API's description of itself does not say this: it is in
 * qemu-server's code.
 */
import { type Call } from "../api";
import { badParameters, refused } from "../errors";
import { isCloudInit, isDriveKey, parseDrive } from "../config/drives";
import { isNetworkKey, readNetwork } from "../config/network";
import { type Caller } from "./caller";
import { and, anyOn, type Check, either, everybody, on } from "./checks";

const PARTS: Record<string, string> = {
    CPU: "affinity cores cpu cpulimit cpuunits numa sockets vcpus",
    Memory: "allow-ksm balloon memory shares",
    HWType: "acpi audio0 hotplug kvm machine rng0 scsihw smbios1 tablet vga vmgenid watchdog",
    Options:
        "agent autostart bios description freeze keyboard localtime migrate_downtime migrate_speed name " +
        "onboot ostype protection " +
        "reboot startdate startup tags tdf template",
    Disk: "boot bootdisk vmstatestorage",
};
const CLOUD_INIT = new Set("cicustom cipassword citype ciupgrade ciuser nameserver searchdomain sshkeys".split(" "));
const ROOTS_ALONE = new Set(
    "affinity amd-sev arch args hookscript hugepages ivshmem keephugepages parallel0".split(" "),
);

/** One option as it was and as it is to be; undefined where it is not there. */
export interface OptionChange {
    key: string;
    before?: string;
    after?: string;
}

/**
 * Throws unless the caller may make all of the changes to the guest. In a pool, rights on it do as well as those on the
 * guest.
 */
export function requireForOptions(
    caller: Caller,
    vmid: number,
    pool: string | undefined,
    changes: OptionChange[],
    /** Whether the guest is being made: who may do that may give it disks, where the storage lets them. */
    isNew = false,
): void {
    const vm = (...privileges: string[]): Check => inPool(pool, (path) => on(path, ...privileges), vmid);
    for (const { key, before, after } of changes) {
        if (ROOTS_ALONE.has(key)) {
            if (!caller.isRoot) throw refused(`only root can set '${key}' config`);
        } else if (isDriveKey(key)) {
            for (const value of [before, after])
                if (value !== undefined && !isNew) caller.require(vm(...forDrive(value)));
            if (after !== undefined) caller.require(forStorage(after));
        } else if (isNetworkKey(key)) {
            caller.require(vm("VM.Config.Network"));
            for (const value of [before, after]) if (value !== undefined) caller.require(forBridge(value));
        } else if (CLOUD_INIT.has(key) || /^ipconfig\d+$/.test(key)) {
            caller.require(inPool(pool, (path) => anyOn(path, "VM.Config.Cloudinit", "VM.Config.Network"), vmid));
        } else if (/^serial\d+$/.test(key)) {
            for (const value of [before, after])
                if (value !== undefined) requireForSerial(caller, key, value, vm("VM.Config.HWType"));
        } else {
            caller.require(vm(forOption(key)));
        }
    }
}

/** Throws where a parameter is set that is root's alone; root by a token does not count as root. */
export function rootAlone({ caller, input }: Call, ...names: string[]): void {
    const used = names.find((name) => !["0", undefined].includes(input.text(name)));
    if (used !== undefined && !caller.isRoot) throw badParameters({ [used]: "Only root may use this option." });
}

/** VM.Allocate on the new guest or on the pool it comes into. */
export function mayMake(vmid: number, pool: string | undefined): Check {
    return inPool(pool, (path) => on(path, "VM.Allocate"), vmid);
}

/** The bridge of a NIC, with its VLAN tag where it has one. */
export function forBridge(value: string): Check {
    const { bridge, tag } = readNetwork(value);
    return bridge === undefined
        ? everybody
        : on(`/sdn/zones/localnetwork/${bridge}${tag === undefined ? "" : `/${tag}`}`, "SDN.Use");
}

function inPool(pool: string | undefined, check: (path: string) => Check, vmid: number): Check {
    const own = check(`/vms/${vmid}`);
    return pool === undefined ? own : either(check(`/pool/${pool}`), own);
}

/** A socket is the guest's own; anything else is a device of the node. */
function requireForSerial(caller: Caller, key: string, value: string, check: Check): void {
    if (value !== "socket" && !caller.isRoot) throw refused(`only root can modify '${key}' config for real devices`);
    caller.require(check);
}

function forOption(key: string): string {
    if (/^numa\d+$/.test(key)) return "VM.Config.CPU";
    if (key === "cdrom") return "VM.Config.CDROM";
    const part = Object.entries(PARTS).find(([, keys]) => keys.split(" ").includes(key))?.[0];
    if (part === undefined) throw refused(`only root can set '${key}' config`);
    return `VM.Config.${part}`;
}

function forDrive(value: string): string[] {
    const { file, options } = parseDrive(value);
    if (isCloudInit(file) || file.endsWith(":cloudinit")) return ["VM.Config.Cloudinit", "VM.Config.CDROM"];
    return file === "none" || file === "cdrom" || options.get("media") === "cdrom"
        ? ["VM.Config.CDROM"]
        : ["VM.Config.Disk"];
}

/** The storage of a disk that is to be made, and of the image it is made from. */
function forStorage(value: string): Check {
    const { file, options } = parseDrive(value);
    if (file === "cdrom") return on("/", "Sys.Console");
    const storage = /^([^:]+):\d+(\.\d+)?$/.exec(file)?.[1];
    if (storage === undefined) return everybody;
    const source = /^([^:]+):/.exec(options.get("import-from") ?? "")?.[1];
    const image =
        source === undefined
            ? everybody
            : anyOn(`/storage/${source}`, "Datastore.AllocateSpace", "Datastore.Audit", "Datastore.Allocate");
    return and(on(`/storage/${storage}`, "Datastore.AllocateSpace"), image);
}
