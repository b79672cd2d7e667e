/**
 * What setting or removing each option of a guest asks for. The API's description of itself does not say this: it is in
 * qemu-server's code.
 */
import { type Call } from "../api";
import { badParameters, refused } from "../errors";
import { isCloudInit, isDriveKey, parseDrive } from "../config/drives";
import { isNetworkKey, readNetwork } from "../config/network";
import { parseProperties } from "../config/properties";
import { type Caller } from "./caller";
import { and, anyOn, type Check, either, everybody, on } from "./checks";

const PARTS: Record<string, string> = {
    "VM.Config.CPU": "cores cpu cpulimit cpuunits numa runningcpu smp sockets vcpus",
    "VM.Config.Memory": "allow-ksm balloon memory shares",
    "VM.Config.HWType": "acpi audio0 hotplug kvm machine rng0 runningmachine scsihw smbios1 tablet vga watchdog",
    "VM.Config.Options":
        "agent autostart bios description keyboard localtime migrate_downtime migrate_speed name onboot ostype " +
        "protection reboot startdate startup tags tdf template",
    "VM.PowerMgmt": "freeze",
    "VM.Config.Disk": "boot bootdisk vmstatestorage",
    "VM.Config.Network": "running-nets-host-mtu",
};
const CLOUD_INIT = new Set("cicustom cipassword citype ciupgrade ciuser nameserver searchdomain sshkeys".split(" "));
/** A device of the node that an administrator has given a name, by the kind of option that hands it to a guest. */
const MAPPINGS: Record<string, { kind: string; key: string; privilege: string }> = {
    usb: { kind: "usb", key: "mapping", privilege: "VM.Config.HWType" },
    hostpci: { kind: "pci", key: "mapping", privilege: "VM.Config.HWType" },
    virtiofs: { kind: "dir", key: "dirid", privilege: "VM.Config.Disk" },
};

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
    if (caller.isRoot) return;
    const vm = (...privileges: string[]): Check => inPool(pool, (path) => on(path, ...privileges), vmid);
    for (const { key, before, after } of changes) {
        if (isDriveKey(key)) {
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
        } else if (mappingOf(key) !== undefined) {
            for (const value of [before, after]) if (value !== undefined) requireForDevice(caller, key, value, vm);
        } else {
            caller.require(vm(...forOption(key)));
            if (key === "startup") caller.require(on("/", "Sys.Modify"));
            if (key === "rng0" && [before, after].some((value) => value?.includes("/dev/hwrng")))
                caller.require(on("/mapping/hwrng", "Mapping.Use"));
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

function mappingOf(key: string): (typeof MAPPINGS)[string] | undefined {
    return MAPPINGS[/^(\D+)\d+$/.exec(key)?.[1] ?? ""];
}

/** Devices that have a name are for those who may use it, all others for root. SPICE is no device of the node. */
function requireForDevice(caller: Caller, key: string, value: string, vm: (privilege: string) => Check): void {
    const { kind, key: name, privilege } = mappingOf(key)!;
    const values = parseProperties(value, kind === "dir" ? "dirid" : "host");
    const host = values.get("host");
    const spice = kind === "usb" && host?.toLowerCase() === "spice";
    if (host !== undefined && !spice) throw refused(`only root can set '${key}' config for ${UNNAMED[kind] ?? ""}`);
    caller.require(vm(privilege));
    if (spice) return;
    const id = values.get(name);
    if (id === undefined) throw refused("either 'host' or 'mapping' must be set.");
    caller.require(on(`/mapping/${kind}/${id}`, "Mapping.Use"));
}

const UNNAMED: Record<string, string> = { usb: "real devices", pci: "non-mapped devices" };

function forOption(key: string): string[] {
    if (/^numa\d+$/.test(key)) return ["VM.Config.CPU"];
    if (key === "vmstate") return ["VM.Config.Disk", "VM.PowerMgmt"];
    const privilege = Object.entries(PARTS).find(([, keys]) => keys.split(" ").includes(key))?.[0];
    if (privilege === undefined) throw refused(`only root can set '${key}' config`);
    return [privilege];
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
