/** Groups of settings of a VM that most sites leave alone. What is not given is as the template or Proxmox has it. */
import type * as pulumi from "@pulumi/pulumi";
import { boolean, integer, list, oneOfWords, parsed, plain, text } from "../spec/kinds";
import { MAC_ADDRESS, PROXMOX_NAME } from "../spec/patterns";
import type { SpecOf } from "../spec/types";

/**
 * How Proxmox attaches the system disk. A change of aio power-cycles the VM, everything else is changed while it
 * runs.
 */
export interface DiskArgs {
    /** Show the guest an SSD rather than a turning disk. Not for a disk on virtio. Default: false. */
    ssd?: pulumi.Input<boolean>;
    /** Cache of the Proxmox node: none, writethrough, writeback, unsafe, directsync. Default: none. */
    cache?: pulumi.Input<string>;
    /**
     * How QEMU reads and writes: io_uring, native, threads. Thick LVM and CIFS, and RBD by the kernel with a write
     * cache, want another than the default. Default: io_uring.
     */
    aio?: pulumi.Input<string>;
    /** Hand freed blocks back to the storage. Default: true. */
    discard?: pulumi.Input<boolean>;
    /** A thread of its own for the disk. Default: true. */
    ioThread?: pulumi.Input<boolean>;
    /** Have backups of the VM contain the disk. Default: true. */
    backup?: pulumi.Input<boolean>;
    /** Have replication jobs of Proxmox copy the disk. Default: true. */
    replicate?: pulumi.Input<boolean>;
}

/** Limits and defaults of DiskArgs. */
export const diskSpec = {
    ssd: boolean({ absent: "false", also: "not on virtio" }),
    cache: oneOfWords(["none", "writethrough", "writeback", "unsafe", "directsync"], { absent: "none" }),
    aio: oneOfWords(["io_uring", "native", "threads"], {
        absent: "io_uring",
        also: "native only where cache is none or directsync",
    }),
    discard: boolean({ default: true }),
    ioThread: boolean({ default: true }),
    backup: boolean({ absent: "true" }),
    replicate: boolean({ absent: "true" }),
} satisfies SpecOf<DiskArgs>;

/** The drive that cloud-init reads, and what it says besides addresses, user and keys. */
export interface CloudInitArgs {
    /** Storage of the cloud-init drive. A change power-cycles the VM. Default: datastore. */
    datastore?: pulumi.Input<string>;
    /**
     * Vendor data: a snippet that is on a storage already, such as local:snippets/agent.yaml, which the nodes of all
     * hosts need. A way to install qemu-guest-agent into a plain image. Matters when the VM is made. Default: none.
     */
    vendorData?: pulumi.Input<string>;
}

/** Limits and defaults of CloudInitArgs. */
export const cloudInitSpec = {
    datastore: text(PROXMOX_NAME, "the name of a Proxmox storage", { absent: "datastore" }),
    vendorData: text(
        /^[A-Za-z][A-Za-z0-9._-]*:snippets\/[^\s,/]+$/,
        "a snippet as Proxmox names it: local:snippets/agent.yaml",
        { absent: "none" },
    ),
} satisfies SpecOf<CloudInitArgs>;

/** More of the CPU, beside cores and cpuType. Every change power-cycles the VM. */
export interface CpuArgs {
    /** Sockets, each with `cores`. Default: 1. */
    sockets?: pulumi.Input<number>;
    /** Show the guest which memory is near which socket. Default: false. */
    numa?: pulumi.Input<boolean>;
    /** Weight against other guests when the node's CPUs are all busy. Left out again, it stays. Default: 100. */
    units?: pulumi.Input<number>;
    /** CPUs of the node that the VM may keep busy at most. Default: none. */
    limit?: pulumi.Input<number>;
    /** Flags added to or taken from the CPU type: +aes, -pcid. Default: none. */
    flags?: pulumi.Input<pulumi.Input<string>[]>;
}

/** Limits and defaults of CpuArgs. */
export const cpuSpec = {
    sockets: integer(1, 16, { absent: "1" }),
    numa: boolean({ absent: "false" }),
    units: integer(1, 10000, { absent: "100" }),
    limit: integer(1, 128, { absent: "none", unit: "CPUs" }),
    flags: list(text(/^[+-][a-z0-9][a-z0-9.-]*$/, "a flag with + or - in front"), {
        absent: "none",
        distinct: "flags",
    }),
} satisfies SpecOf<CpuArgs>;

/**
 * When the node starts and stops the VM together with its other guests. Changed while the VM runs. Needs a privilege
 * of its own, see docs/security.md.
 */
export interface StartupArgs {
    /** Place in the order: lower starts first and stops last. Default: after all that have one. */
    order?: pulumi.Input<number>;
    /** Seconds until the next guest is started. Default: 0. */
    upDelay?: pulumi.Input<number>;
    /** Seconds the guest has to shut down before the next one is stopped. Default: 180. */
    downDelay?: pulumi.Input<number>;
}

/** Limits and defaults of StartupArgs. */
export const startupSpec = {
    order: integer(0, 99999, { absent: "after all that have one" }),
    upDelay: integer(0, 86400, { absent: "0", unit: "seconds" }),
    downDelay: integer(0, 86400, { absent: "180", unit: "seconds" }),
} satisfies SpecOf<StartupArgs>;

/** The EFI disk of a VM with `bios: ovmf`. */
export interface EfiDiskArgs {
    /** Its storage. Default: datastore. */
    datastore?: pulumi.Input<string>;
    /** With Microsoft's and distributions' keys, so that secure boot is on. Default: false. */
    preEnrolledKeys?: pulumi.Input<boolean>;
}

/** Limits and defaults of EfiDiskArgs. */
export const efiDiskSpec = {
    datastore: text(PROXMOX_NAME, "the name of a Proxmox storage", { absent: "datastore" }),
    preEnrolledKeys: boolean({ default: false }),
} satisfies SpecOf<EfiDiskArgs>;

/**
 * More of the network device on `bridge`. Changed while the VM runs; a new MAC address takes the link down for a
 * moment.
 */
export interface NetworkDeviceArgs {
    /** MAC address, where DHCP, switches or a licence know it. Default: Proxmox draws one. */
    macAddress?: pulumi.Input<string>;
    /** MTU; 1 takes the bridge's. Default: 1500. */
    mtu?: pulumi.Input<number>;
    /** Queues of packets, for guests with several cores under high load: as many as cores. Default: one. */
    queues?: pulumi.Input<number>;
    /** Limit in megabytes per second, in each direction. Default: none. */
    rateLimit?: pulumi.Input<number>;
}

/** Limits and defaults of NetworkDeviceArgs. */
export const networkDeviceSpec = {
    macAddress: text(MAC_ADDRESS, "a MAC address of one machine: BC:24:11:0A:0B:0C", {
        absent: "Proxmox draws one",
        also: "distinct",
        tidy: (given: string) => given.toUpperCase(),
    }),
    mtu: integer(1, 65520, { absent: "1500" }),
    queues: integer(1, 64, { absent: "one" }),
    rateLimit: integer(1, 100000, { absent: "none", unit: "MB/s" }),
} satisfies SpecOf<NetworkDeviceArgs>;

/** A network device beside the one that has the host's address, such as one for management. */
export interface ExtraNetworkDeviceArgs {
    /** Its bridge. */
    bridge: pulumi.Input<string>;
    /** VLAN tag, 1 to 4094. Default: untagged. */
    vlanId?: pulumi.Input<number>;
    /** The host's address there with the length of the prefix, in another network than the VIP's: 10.40.0.11/24. */
    address: pulumi.Input<string>;
    /** MAC address. Default: Proxmox draws one. */
    macAddress?: pulumi.Input<string>;
    /** MTU; 1 takes the bridge's. Default: 1500. */
    mtu?: pulumi.Input<number>;
    /** Queues of packets. Default: one. */
    queues?: pulumi.Input<number>;
    /** Limit in megabytes per second, in each direction. Default: none. */
    rateLimit?: pulumi.Input<number>;
}

/** Limits and defaults of ExtraNetworkDeviceArgs. */
export const extraNetworkDeviceSpec = {
    bridge: text(PROXMOX_NAME, "the name of a network bridge"),
    vlanId: integer(1, 4094, { absent: "untagged" }),
    address: parsed("an IP address with the length of its prefix", { also: "in another network than the VIP's" }),
    ...networkDeviceSpec,
} satisfies SpecOf<ExtraNetworkDeviceArgs>;

/** What Proxmox' high availability does with the VM. Needs privileges of its own, see docs/security.md. */
export interface HighAvailabilityArgs {
    /** started has Proxmox keep the VM running; ignored leaves it alone, as for maintenance. Default: started. */
    state?: pulumi.Input<string>;
    /** How often a VM that fails to start is tried again on its node, 0 to 10. Default: 1. */
    maxRestart?: pulumi.Input<number>;
    /** How often it is then tried on another node, 0 to 10. Default: 1. */
    maxRelocate?: pulumi.Input<number>;
    /**
     * What keeps the hosts on different nodes, the same for all of them: rule, a negative affinity rule, which Proxmox
     * VE has from 9 on; groups, for 8.4, by which a VM returns to its node when that is back; none. Default: rule.
     */
    separation?: string;
}

/** Limits and defaults of HighAvailabilityArgs. */
export const highAvailabilitySpec = {
    state: oneOfWords(["started", "ignored"], { default: "started" }),
    maxRestart: integer(0, 10, { absent: "1" }),
    maxRelocate: integer(0, 10, { absent: "1" }),
    separation: plain(oneOfWords(["rule", "groups", "none"], { default: "rule", also: "the same for all hosts" })),
} satisfies SpecOf<HighAvailabilityArgs>;
