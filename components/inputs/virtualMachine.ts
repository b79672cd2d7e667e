import type * as pulumi from "@pulumi/pulumi";

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
    /** Default gateway, in the VIP's network. */
    gateway?: pulumi.Input<string>;
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
}

/** A template VM to clone. */
export interface TemplateArgs {
    /** VM id of the template. */
    vmId: pulumi.Input<number>;
    /** Node the template is on. Default: the VM's own node. */
    node?: pulumi.Input<string>;
}

/** A cloud image, downloaded by Proxmox itself and checked against its checksum. */
export interface ImageArgs {
    /** Address of the image. Use one that never changes (a dated build, not latest). */
    url: pulumi.Input<string>;
    /** Checksum of the file, in hexadecimal. */
    checksum: pulumi.Input<string>;
    /** Checksum algorithm: sha256, sha512, ... Default: sha256. */
    checksumAlgorithm?: pulumi.Input<string>;
    /**
     * Name the file gets; must end in .qcow2, .raw or .vmdk. Default: the last part of the address, with .img made
     * .qcow2.
     */
    fileName?: pulumi.Input<string>;
    /** Storage with content type import that receives the file. Default: local. */
    datastore?: pulumi.Input<string>;
}
