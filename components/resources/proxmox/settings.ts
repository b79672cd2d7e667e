/** Settings of a VM as the provider takes them. What the user left out is left out, so that it is no difference. */
import type * as proxmox from "@muhlba91/pulumi-proxmoxve";
import type * as pulumi from "@pulumi/pulumi";
import type { VirtualMachineModel } from "../../model/model";

/** Without what is undefined: the provider takes a key that is there for one that was set. */
export function known<T extends object>(values: T): T {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

/** An input of the provider, without outputs. */
type Plain<T> = { [K in keyof T]: Extract<T[K], string | number | boolean | undefined> };

/** The system disk. `image`: what it is made of where it is no clone. */
export function diskOf(
    vm: pulumi.Output<VirtualMachineModel>,
    image: pulumi.Output<string> | undefined,
): proxmox.types.input.VmLegacyDisk {
    const disk = vm.apply(({ diskInterface, datastore, diskSize, disk: { discard, ioThread, ...rest } }) => {
        const values: Plain<proxmox.types.input.VmLegacyDisk> = {
            interface: diskInterface,
            datastoreId: datastore,
            size: diskSize,
            // There is none on SATA, and what was asked for would be a difference at every run.
            ...(diskInterface.startsWith("sata") ? {} : { iothread: ioThread }),
            discard: discard ? "on" : "ignore",
            ...rest,
        };
        return values;
    });
    const { interface: place, datastoreId, size, iothread, discard, aio, cache, ssd, backup, replicate } = disk;
    // Key by key, so that a preview shows all but the image that is not there yet.
    return {
        ...{ interface: place, datastoreId, size, iothread, discard, aio, cache, ssd, backup, replicate },
        ...(image === undefined ? {} : { importFrom: image }),
    };
}

export function cpuOf({ cores, cpuType, cpu }: VirtualMachineModel): proxmox.types.input.VmLegacyCpu {
    return known({ cores, type: cpuType, ...cpu });
}

export function memoryOf({ memory, balloon }: VirtualMachineModel): proxmox.types.input.VmLegacyMemory {
    return known({ dedicated: memory, floating: balloon });
}

/** The one with the host's address first; Proxmox numbers them in this order, and so does cloud-init. */
export function networkDevicesOf({
    bridge,
    vlanId,
    firewall,
    networkDevice,
    extraNetworkDevices,
}: VirtualMachineModel): proxmox.types.input.VmLegacyNetworkDevice[] {
    const extra = extraNetworkDevices.map(({ address: _inCloudInit, ...device }) => device);
    const first = { bridge, vlanId, ...(firewall ? { firewall } : {}), ...networkDevice };
    return [first, ...extra].map(known);
}

/** A linked clone is where its template is, and cannot be told another storage. */
export function cloneOf({ source, datastore }: VirtualMachineModel): proxmox.types.input.VmLegacyClone | undefined {
    if (source.kind !== "template") return undefined;
    const { vmId, node, linked } = source;
    return { vmId, nodeName: node, full: !linked, ...(linked ? {} : { datastoreId: datastore }) };
}

export function efiDiskOf({
    bios,
    datastore,
    efiDisk,
}: VirtualMachineModel): proxmox.types.input.VmLegacyEfiDisk | undefined {
    if (bios !== "ovmf") return undefined;
    const { datastore: own = datastore, preEnrolledKeys = false } = efiDisk ?? {};
    return { datastoreId: own, type: "4m", preEnrolledKeys };
}
