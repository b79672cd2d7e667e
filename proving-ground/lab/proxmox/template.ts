/**
 * The templates every lab starts with, one of each Debian release, as the guides tell their readers to make one on a
 * real PVE.
 */
import { type Proxmox } from "./api";
import { randomMac } from "./config/network";
import { formatSize } from "./config/sizes";
import { imageOf, type Release, templates } from "../release";
import { IMAGE_DISK_SIZE } from "./images";
import { type Guest } from "./state";

/**
 * Makes the templates of a lab of that release. Called once in the life of a state folder: a template that was deleted
 * stays deleted.
 */
export async function createTemplates(pve: Proxmox, release: Release): Promise<void> {
    for (const { vmId, release: own } of templates(release)) {
        await pve.hypervisor.createDisk(vmId, imageOf(own));
        pve.store.add(template(vmId, imageOf(own)));
    }
}

function template(vmid: number, name: string): Guest {
    const disk = `local-lvm:base-${vmid}-disk-0`;
    const cloudInit = `local-lvm:vm-${vmid}-cloudinit`;
    return {
        vmid,
        node: "pve1",
        volumes: {
            [disk]: { size: IMAGE_DISK_SIZE, system: true, agent: true },
            [cloudInit]: { size: 4 * 1024 ** 2, system: false, agent: true },
        },
        config: {
            name,
            template: 1,
            agent: "enabled=1",
            boot: "order=scsi0",
            cores: 1,
            cpu: "x86-64-v2-AES",
            memory: "1024",
            ostype: "l26",
            scsihw: "virtio-scsi-single",
            scsi0: `${disk},size=${formatSize(IMAGE_DISK_SIZE)}`,
            ide2: `${cloudInit},media=cdrom`,
            net0: `virtio=${randomMac()},bridge=vmbr0`,
            serial0: "socket",
            sockets: 1,
        },
    };
}
