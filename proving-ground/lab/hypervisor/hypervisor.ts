/**
 * What the fake Proxmox API needs from whatever runs its "VMs". The real one boots systemd-nspawn machines; tests use
 * a fake.
 */

import type { PacketFilter } from "./packetFilter";

/**
 * What cloud-init gets for a machine, taken from the VM's configuration at every start, as PVE's cloud-init drive
 * is.
 */
export interface CloudInit {
    hostname: string;
    /** Login user with passwordless sudo (`ciuser`). */
    user?: string;
    /** Crypt hash or plain text (`cipassword`). */
    password?: string;
    /** Public keys for that user (`sshkeys`, decoded, one a line). */
    sshKeys: string[];
    /** `ipconfig0`, e.g. `10.77.0.101/24`; `dhcp` is not served in the lab. */
    address?: string;
    gateway?: string;
    /** The same of IPv6: `ip6` and `gw6` of `ipconfig0`, e.g. `fd77::101/64`. */
    address6?: string;
    gateway6?: string;
    nameservers: string[];
    searchDomain?: string;
    /** All packages are upgraded at the first boot with these data (`ciupgrade`, which is on unless it is set to 0). */
    upgrade?: boolean;
}

/** Everything needed to power a machine on. */
export interface MachineSpec {
    vmid: number;
    /** MAC address of net0, lower or upper case. */
    macAddress: string;
    cores: number;
    memoryMiB: number;
    /**
     * Podman and Docker can run containers in it, as in any real VM. What they store is not part of the disk that is
     * cloned.
     */
    runsContainers?: boolean;
    /** Folders of this machine that it sees, read-only, by the path that they have there. */
    folders?: Record<string, string>;
    cloudInit: CloudInit;
}

/** A network interface as the guest agent reports it. */
export interface GuestInterface {
    name: string;
    macAddress: string;
    addresses: { address: string; family: "ipv4" | "ipv6"; prefixLength: number }[];
}

/** The life of machines, keyed by VM id. Every call is idempotent and safe to repeat after a crash of the caller. */
export interface Hypervisor {
    /** Makes the machine's own disk, on top of a root file system image known by name. */
    createDisk(vmid: number, image: string): Promise<void>;
    /** Makes a disk with the same contents as another machine's. */
    cloneDisk(source: number, vmid: number): Promise<void>;
    /** Removes the disk; the machine is stopped first. */
    removeDisk(vmid: number): Promise<void>;
    /** Powers on and returns once the machine's init runs (not: once it answers). A running machine stays as it is. */
    start(machine: MachineSpec): Promise<void>;
    /** Asks the guest to power off and waits; after `timeoutSeconds` it is powered off for it. */
    shutdown(vmid: number, timeoutSeconds: number): Promise<void>;
    /** Cuts the power: every process of the machine dies at once. */
    stop(vmid: number): Promise<void>;
    /** Has only that pass from and to the machine, whether it runs or not; without a filter everything does. */
    filter(vmid: number, filter: PacketFilter | undefined): Promise<void>;
    isRunning(vmid: number): Promise<boolean>;
    /** Seconds since power on; 0 when stopped. */
    uptime(vmid: number): Promise<number>;
    /** What a guest agent would answer; throws when the machine does not run or its network is not up yet. */
    interfaces(vmid: number): Promise<GuestInterface[]>;
}
