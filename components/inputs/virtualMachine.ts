import type * as pulumi from "@pulumi/pulumi";
import { boolean, group, integer, list, oneOfWords, parsed, plain, text } from "../spec/kinds";
import { DNS_NAME, PROXMOX_NAME } from "../spec/patterns";
import type { SpecOf } from "../spec/types";
import { type ImageArgs, imageSpec, type TemplateArgs, templateSpec } from "./machineSource";
import {
    type CloudInitArgs,
    cloudInitSpec,
    type CpuArgs,
    cpuSpec,
    type DiskArgs,
    diskSpec,
    type EfiDiskArgs,
    efiDiskSpec,
    type ExtraNetworkDeviceArgs,
    extraNetworkDeviceSpec,
    type HighAvailabilityArgs,
    highAvailabilitySpec,
    type NetworkDeviceArgs,
    networkDeviceSpec,
    type StartupArgs,
    startupSpec,
} from "./machineParts";

/** A Proxmox virtual machine. Give either template or image. */
export interface VirtualMachineArgs {
    /** Proxmox node the VM is made on. Put hosts on different nodes to survive the loss of one. */
    node?: string;
    /** VM id, 100 to 999999999, unique in the cluster. Default: Proxmox chooses. Not allowed in the shared settings. */
    vmId?: pulumi.Input<number>;
    /** Clone this template. */
    template?: TemplateArgs;
    /** Import this cloud image. */
    image?: ImageArgs;
    /** CPU cores. Default: 2. */
    cores?: pulumi.Input<number>;
    /** CPU type as Proxmox names it. Default: x86-64-v2-AES. */
    cpuType?: pulumi.Input<string>;
    /** Memory in MiB. Default: 1024. */
    memory?: pulumi.Input<number>;
    /** Size of the system disk in GiB; not smaller than the template's or image's. Default: 8. */
    diskSize?: pulumi.Input<number>;
    /**
     * Where the template has its system disk: scsi0 to scsi30, virtio0 to virtio15, sata0 to sata5. Matters when the VM
     * is made. Default: scsi0.
     */
    diskInterface?: pulumi.Input<string>;
    /** Storage of the disk and of the cloud-init drive. Default: local-lvm. */
    datastore?: pulumi.Input<string>;
    /** Network bridge. Default: vmbr0. */
    bridge?: pulumi.Input<string>;
    /** VLAN tag, 1 to 4094. Default: untagged. */
    vlanId?: pulumi.Input<number>;
    /** Default gateway, in the VIP's network; with an IPv6 VIP it may be the router's link-local address. */
    gateway?: pulumi.Input<string>;
    /**
     * Default gateway of address6: an address in the network of vip6, or the router's link-local one. Default: none is
     * configured, and routers may announce themselves.
     */
    gateway6?: pulumi.Input<string>;
    /** Addresses of the name servers. Default: what the template or Proxmox node says. */
    nameservers?: pulumi.Input<pulumi.Input<string>[]>;
    /** DNS search domain. */
    searchDomain?: pulumi.Input<string>;
    /** Tags shown in Proxmox, lower case. Default: ha-api. */
    tags?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * Tell Proxmox that the guest may have qemu-guest-agent. Right for guests without it as well: they are asked by
     * ACPI to shut down. With false every change that needs a restart cuts the VM's power. Default: true.
     */
    guestAgent?: pulumi.Input<boolean>;
    /**
     * Let cloud-init upgrade all packages at the first boot, and whenever its data change. Matters when the VM is made.
     * Default: false.
     */
    upgradeOnFirstBoot?: pulumi.Input<boolean>;
    /** How the system disk is attached, beside diskSize and diskInterface. */
    disk?: DiskArgs;
    /** The cloud-init drive, and vendor data. */
    cloudInit?: CloudInitArgs;
    /** More of the CPU, beside cores and cpuType. */
    cpu?: CpuArgs;
    /**
     * Memory in MiB that the node leaves the guest at least when it runs short of its own; as much as memory leaves all
     * of it, and lets Proxmox show what the guest uses. A change power-cycles the VM. Default: no ballooning device.
     */
    balloon?: pulumi.Input<number>;
    /** More of the network device on bridge. */
    networkDevice?: NetworkDeviceArgs;
    /**
     * Further network devices, each with an address of its own, such as one for management. The default gateway stays
     * that of the first.
     */
    extraNetworkDevices?: ExtraNetworkDeviceArgs[];
    /**
     * Display: std, virtio, qxl, vmware, cirrus, none, or serial0 for a terminal in Proxmox' console, as cloud images
     * have it. Default: the template's, std with an image.
     */
    display?: pulumi.Input<string>;
    /** Firmware of a VM from an image: seabios or ovmf, which gets an EFI disk. Default: seabios. */
    bios?: pulumi.Input<string>;
    /** Machine type of a VM from an image: q35, pc, or one of a version, such as pc-q35-9.2+pve1. Default: pc. */
    machine?: pulumi.Input<string>;
    /** The EFI disk of a VM with bios ovmf. Matters when the VM is made. */
    efiDisk?: EfiDiskArgs;
    /** A TPM 2.0 for a VM from an image, kept on datastore. Matters when the VM is made. Default: false. */
    tpm?: pulumi.Input<boolean>;
    /** Start the VM when its node starts. Default: true. */
    onBoot?: pulumi.Input<boolean>;
    /** When the node starts and stops the VM together with others. */
    startup?: StartupArgs;
    /**
     * Have Proxmox' high availability start the VM again, on another node if need be; {} for its defaults. Every host
     * then names a node of its own. Default: none.
     */
    highAvailability?: HighAvailabilityArgs;
    /** Resource pool, which must exist. Left out again, the VM stays in the one it is in. Default: none. */
    pool?: pulumi.Input<string>;
    /**
     * Text for the VM's notes in Proxmox, above the line by which the VM is known. Left out again, the notes stay as
     * they are. Default: that line alone.
     */
    description?: string;
    /**
     * Have Proxmox refuse to remove the VM or its disks, and Pulumi refuse to delete or replace it before anything is
     * touched. Set it to false, and deploy, before you remove the host. Default: false.
     */
    protection?: boolean;
    /** Seconds a guest has to shut down before its power is cut. Default: 180. */
    shutdownTimeout?: pulumi.Input<number>;
    /**
     * Cut the power of a VM that is to be removed, since a hung guest must not hang a destroy. With false it is asked
     * to shut down first. Default: true.
     */
    stopOnDestroy?: pulumi.Input<boolean>;
    /**
     * With the VM, also remove volumes of its id that are not among its disks, on every storage of the node. Set it to
     * false where a storage is shared with another Proxmox cluster, whose VMs may have the same ids. Default: true.
     */
    deleteUnreferencedDisksOnDestroy?: pulumi.Input<boolean>;
    /**
     * Have Proxmox's firewall filter the VM, and make the rules it needs: VRRP between the hosts, the ports of the
     * listeners, and SSH come in, nothing else does. Acts where the firewall of the datacenter is on. Default: false.
     */
    firewall?: boolean;
    /**
     * With firewall: the networks and addresses that SSH may come from, among them that of the machine that runs
     * Pulumi. Default: everywhere.
     */
    firewallSshSources?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * With firewall: let the VM send from its own address and the VIP only, by the set ipfilter-net0. A graceful
     * switchover then breaks connections under way, as an immediate one does. Default: false.
     */
    firewallIpFilter?: boolean;
}

/** Limits and defaults of VirtualMachineArgs. */
export const virtualMachineSpec = {
    node: plain(text(PROXMOX_NAME, "the name of a Proxmox node, such as pve1", { needed: "required" })),
    vmId: integer(100, 999999999, { absent: "Proxmox chooses", also: "distinct; only in a host's own settings" }),
    template: plain(group(templateSpec, { absent: "this or image is required" })),
    image: plain(group(imageSpec, { absent: "this or template is required" })),
    cores: integer(1, 512, { default: 2 }),
    cpuType: text(PROXMOX_NAME, "a CPU type as Proxmox names it", { default: "x86-64-v2-AES" }),
    memory: integer(256, 4194304, { default: 1024, unit: "MiB" }),
    diskSize: integer(1, 131072, { default: 8, unit: "GiB" }),
    diskInterface: text(
        /^(scsi([0-9]|[12][0-9]|30)|virtio([0-9]|1[0-5])|sata[0-5])$/,
        "the place of a system disk as Proxmox names it: scsi0, virtio0, sata0",
        { default: "scsi0" },
    ),
    datastore: text(PROXMOX_NAME, "the name of a Proxmox storage", { default: "local-lvm" }),
    bridge: text(PROXMOX_NAME, "the name of a network bridge", { default: "vmbr0" }),
    vlanId: integer(1, 4094, { absent: "untagged" }),
    gateway: parsed("an IP address in the VIP's network, or a link-local one with IPv6", {
        needed: "required",
        also: "not the VIP, a host's or an API server's address",
    }),
    gateway6: parsed("an IPv6 address in the network of vip6, or a link-local one", {
        absent: "none is configured, and routers may announce themselves",
        also: "not the VIP",
    }),
    nameservers: list(parsed("an IP address"), { absent: "what the template or Proxmox node says" }),
    searchDomain: text(DNS_NAME, "a domain name", { absent: "none" }),
    tags: list(text(/^[a-z0-9_][a-z0-9_.+-]{0,62}$/, "a tag in lower case"), { default: ["ha-api"], distinct: "tags" }),
    guestAgent: boolean({ default: true }),
    upgradeOnFirstBoot: boolean({ default: false }),
    disk: group(diskSpec),
    cloudInit: group(cloudInitSpec),
    cpu: group(cpuSpec),
    balloon: integer(16, 4194304, { absent: "no ballooning device", unit: "MiB", also: "at most memory" }),
    networkDevice: group(networkDeviceSpec),
    extraNetworkDevices: list(group(extraNetworkDeviceSpec), { absent: "none" }),
    display: oneOfWords(["std", "serial0", "virtio", "qxl", "vmware", "cirrus", "none"], {
        absent: "the template's, std with an image",
    }),
    bios: oneOfWords(["seabios", "ovmf"], { absent: "seabios", also: "only with image" }),
    machine: text(/^(q35|pc|pc-(q35|i440fx)-\d+(\.\d+)+(\+pve\d+)?)$/, "a machine type as Proxmox names it: q35", {
        absent: "pc",
        also: "only with image",
    }),
    efiDisk: group(efiDiskSpec, { absent: "the defaults below, with bios ovmf" }),
    tpm: boolean({ absent: "false", also: "only with image" }),
    onBoot: boolean({ default: true }),
    startup: group(startupSpec, { absent: "with all that have no order" }),
    highAvailability: plain(
        group(highAvailabilitySpec, {
            absent: "none",
            empty: "turns it on with Proxmox' defaults",
            see: "proxmox.md#high-availability",
        }),
    ),
    pool: text(PROXMOX_NAME, "the name of a Proxmox pool", { absent: "none" }),
    description: plain(
        text(/^[^\0]{1,7000}$/, "a text of at most 7000 characters", {
            absent: "that line alone",
            tidy: (given: string) => given.trim(),
        }),
    ),
    protection: plain(boolean({ absent: "false" })),
    shutdownTimeout: integer(10, 3600, { default: 180, unit: "seconds" }),
    stopOnDestroy: boolean({ default: true }),
    deleteUnreferencedDisksOnDestroy: boolean({ absent: "true" }),
    firewall: plain(boolean({ default: false, see: "proxmox.md#the-firewall" })),
    firewallSshSources: list(parsed("an IP network or address"), {
        absent: "everywhere",
        also: "only with firewall: true",
    }),
    firewallIpFilter: plain(boolean({ default: false, also: "true only with firewall: true" })),
} satisfies SpecOf<VirtualMachineArgs>;
