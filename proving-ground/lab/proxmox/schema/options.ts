/** The options of a guest: what POST and PUT take to set them, and what can be removed again. */
import type { Version } from "../access/privileges";
import { cpu } from "./cpu";
import { drives, ideDrive } from "./drives";
import { FormatError, listOf, properties } from "./format";
import * as formats from "./formats";
import { hardware } from "./hardware";
import { network } from "./network";
import { choice, decimal, each, flag, inRelease, type Format, type Parameters, text, whole } from "./parameter";

const OPTIONS: Parameters = {
    ...each(
        flag(),
        "acpi autostart freeze keephugepages kvm localtime numa onboot protection reboot tablet tdf template",
    ),
    "allow-ksm": flag({ in: ["9.1"] }),
    affinity: text({ format: formats.cpuSet }),
    arch: choice("x86_64 aarch64"),
    args: text(),
    balloon: whole({ minimum: 0 }),
    bios: choice("seabios ovmf"),
    cores: whole({ minimum: 1 }),
    cpulimit: decimal({ minimum: 0, maximum: 128 }),
    cpuunits: whole({ minimum: 1, maximum: 262144 }),
    description: text({ maxLength: 8192 }),
    hookscript: text({ format: formats.volumeId }),
    hotplug: text({ format: formats.hotplug }),
    hugepages: choice("any 2 1024"),
    keyboard: choice("de de-ch da en-gb en-us es fi fr fr-be fr-ca fr-ch hu is it ja lt mk nl no pl pt pt-br sv sl tr"),
    lock: choice("backup clone create migrate rollback snapshot snapshot-delete suspending suspended"),
    migrate_downtime: decimal({ minimum: 0 }),
    migrate_speed: whole({ minimum: 0 }),
    name: text({ format: formats.dnsName }),
    ostype: choice("other wxp w2k w2k3 w2k8 wvista win7 win8 win10 win11 l24 l26 solaris"),
    scsihw: choice("lsi lsi53c810 virtio-scsi-pci virtio-scsi-single megasas pvscsi"),
    shares: whole({ minimum: 0, maximum: 50000 }),
    smp: whole({ minimum: 1 }),
    sockets: whole({ minimum: 1 }),
    startdate: text({ pattern: "(now|\\d{4}-\\d{1,2}-\\d{1,2}(T\\d{1,2}:\\d{1,2}:\\d{1,2})?)" }),
    startup: text({ format: formats.startupOrder }),
    tags: text({ format: listOf(formats.tag) }),
    vcpus: whole({ minimum: 1 }),
    vmgenid: text({ pattern: "(?:[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}|[01])" }),
    vmstatestorage: text({ format: formats.storageId }),
};

/** What cloud-init is told, besides addresses. */
const CLOUD_INIT: Parameters = {
    cicustom: text({
        format: properties({ keys: each(text({ format: formats.volumeId }), "meta network user vendor") }),
    }),
    cipassword: text(),
    citype: choice("configdrive2 nocloud opennebula"),
    ciupgrade: flag(),
    ciuser: text(),
    nameserver: text({ format: listOf(formats.address) }),
    searchdomain: text(),
    sshkeys: text({ format: formats.urlEncoded }),
};

/** By name, as a release has them. */
export function guestOptions(version: Version): Parameters {
    const disks = drives(version);
    return {
        ...inRelease(version, { ...OPTIONS, ...CLOUD_INIT }),
        ...hardware(version),
        ...network,
        ...disks,
        boot: text({ format: bootOrder(disks) }),
        bootdisk: text({ pattern: "(ide|sata|scsi|virtio)\\d+" }),
        cdrom: text({ format: ideDrive(version) }),
        cpu: text({ format: cpu(version) }),
    };
}

/** The options that POST and PUT do not take but that can be removed. */
export const INTERNAL = "meta parent runningcpu runningmachine running-nets-host-mtu snaptime vmstate".split(" ");

/** What a machine boots from: its disks and CD drives, NICs, and devices of the node. */
function bootOrder(disks: Parameters): Format {
    const device = {
        check: (name: string) => {
            const bootable =
                name in disks ? !/^(efidisk|tpmstate|unused)/.test(name) : /^(net|usb|hostpci)\d+$/.test(name);
            if (!bootable) throw new FormatError(`invalid boot device '${name}'\n`);
        },
    };
    return properties({
        keys: { legacy: text({ pattern: "[acdn]{1,4}" }), order: text({ format: listOf(device) }) },
        defaultKey: "legacy",
    });
}
