/** The template every lab starts with, as the guides tell their readers to make one on a real PVE. */
import { type Proxmox } from "./api";
import { randomMac } from "./config/network";
import { formatSize } from "./config/sizes";
import { IMAGE_DISK_SIZE } from "./images";
import { type Guest } from "./state";

const VMID = 9000;
const IMAGE = "debian-12";

/** Makes the template. Called once in the life of a state folder: a template somebody deleted stays deleted. */
export async function createTemplate(pve: Proxmox): Promise<void> {
    await pve.hypervisor.createDisk(VMID, IMAGE);
    pve.store.add(template());
}

function template(): Guest {
    const disk = `local-lvm:base-${VMID}-disk-0`;
    const cloudInit = `local-lvm:vm-${VMID}-cloudinit`;
    return {
        vmid: VMID,
        node: "pve1",
        volumes: { [disk]: { size: IMAGE_DISK_SIZE, system: true }, [cloudInit]: { size: 4 * 1024 ** 2, system: false } },
        config: {
            name: IMAGE,
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
