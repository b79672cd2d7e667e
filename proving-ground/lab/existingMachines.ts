/**
 * Machines that were there before: made by the hypervisor without the Proxmox API, with a user `ops` and the lab's SSH
 * key.
 */
import { readFile } from "node:fs/promises";
import { address6Of, type LabInstance } from "./instance";
import { type MachineSpec } from "./hypervisor/hypervisor";
import { nspawnHypervisor } from "./hypervisor/nspawn";
import { ensureKeys, keys } from "./pki";
import { imageOf, releaseOf, type Release } from "./release";

export interface ExistingMachineOptions extends Pick<MachineSpec, "runsContainers" | "folders"> {
    /** Default: 512. */
    memoryMiB?: number;
    /** Debian release; default: the lab's. */
    release?: Release;
    /** It has needrestart, set to restart services after every run of apt, as Ubuntu's servers do. Default: false. */
    needrestart?: boolean;
    /** It has an IPv6 address too, or nothing else; IPv6 alone has no way to package mirrors. Default: IPv4 alone. */
    families?: "both" | "ipv6";
}

/**
 * Boots the machine, made at the first call. `id` is like a VM id, and none that the fake Proxmox gives out: 9901,
 * 9902, ...
 */
export async function startExistingMachine(
    instance: LabInstance,
    id: number,
    name: string,
    address: string,
    options: ExistingMachineOptions = {},
): Promise<void> {
    await ensureKeys(instance);
    const hypervisor = nspawnHypervisor(instance);
    const { release = await releaseOf(instance), needrestart = false, families, ...spec } = options;
    await hypervisor.createDisk(id, imageOf(release, needrestart ? "needrestart" : undefined));
    await hypervisor.start({
        vmid: id,
        macAddress: macAddress(id),
        cores: 1,
        memoryMiB: 512,
        ...spec,
        cloudInit: {
            hostname: name,
            user: "ops",
            sshKeys: [(await readFile(keys(instance).sshPublicKey, "utf8")).trim()],
            ...(families === "ipv6" ? {} : { address: `${address}/24`, gateway: instance.gateway }),
            ...(families === undefined
                ? {}
                : {
                      address6: `${address6Of(instance, address)}/64`,
                      gateway6: address6Of(instance, instance.gateway),
                  }),
            nameservers: [],
        },
    });
}

/** Powers the machine off and throws it away. */
export async function stopExistingMachine(instance: LabInstance, id: number): Promise<void> {
    await nspawnHypervisor(instance).removeDisk(id);
}

/** Locally administered, and the same for the same id. */
function macAddress(id: number): string {
    const octets = [24, 16, 8, 0].map((shift) => ((id >>> shift) & 0xff).toString(16).padStart(2, "0"));
    return ["02", "1a", ...octets].join(":");
}
