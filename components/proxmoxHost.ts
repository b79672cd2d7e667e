/** A host as a Proxmox VM. The only file that knows the Proxmox SDK, so that its next rename is one edit. */
import { createHash } from "node:crypto";
import * as proxmox from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import type { HostModel, ImageModel, Model, VirtualMachineModel } from "./model/model";

export interface ProxmoxHostSettings {
    host: pulumi.Output<HostModel & { virtualMachine: VirtualMachineModel }>;
    model: pulumi.Output<Model>;
    /** The imported cloud image, when the VM is made from one. */
    image?: proxmox.download.File;
    /** The host before this one, serving: a change that replaces or power-cycles VMs must not hit two at once, and Proxmox locks a template while it is cloned. */
    after: pulumi.Resource | undefined;
}

export interface ProxmoxHost {
    resource: proxmox.VmLegacy;
    vmId: pulumi.Output<number>;
    /** Tells this VM from one made later under the same id: Proxmox draws a MAC address for every VM it makes. */
    identity: pulumi.Output<string>[];
    /** Changes whenever cloud-init will run anew, which gives the VM new SSH host keys. */
    firstBoot: pulumi.Output<string>;
    /** Changes whenever Proxmox power-cycles the VM for new settings. */
    hardware: pulumi.Output<string>;
}

/** VMs are made, and power-cycled, within this time. */
const BOOT_TIMEOUT = "5m";

export function proxmoxHost(name: string, settings: ProxmoxHostSettings, parent: pulumi.Resource): ProxmoxHost {
    const vm = settings.host.apply(({ virtualMachine }) => virtualMachine);
    const cloudInit = pulumi.all([settings.model, settings.host]).apply(([model, host]) => initialization(model, host));
    const resource = new proxmox.VmLegacy(name, {
        nodeName: vm.node,
        name: settings.host.name,
        // An id of undefined leaves the choice to Proxmox.
        vmId: vm.apply(({ vmId }) => vmId!),
        description: "Load-balancer host of the Kubernetes API, managed by Pulumi.",
        tags: vm.tags,
        onBoot: true,
        started: true,
        migrate: false,
        // A hung guest must not hang a destroy.
        stopOnDestroy: true,
        rebootAfterUpdate: true,
        // Every block below is given although some hold defaults: the provider would override the template with defaults of its own.
        clone: vm.apply(({ source, datastore }): proxmox.types.input.VmLegacyClone => (source.kind === "template"
            ? { vmId: source.vmId, nodeName: source.node, full: true, datastoreId: datastore } : undefined!)),
        agent: vm.apply(({ guestAgent }) => ({ enabled: guestAgent, timeout: BOOT_TIMEOUT, waitForIp: { ipv4: true } })),
        cpu: vm.apply(({ cores, cpuType }) => ({ cores, type: cpuType })),
        memory: vm.apply(({ memory }) => ({ dedicated: memory })),
        operatingSystem: { type: "l26" },
        scsiHardware: "virtio-scsi-single",
        cdrom: { fileId: "none" },
        serialDevices: [{ device: "socket" }],
        disks: [{
            interface: "scsi0", datastoreId: vm.datastore, size: vm.diskSize, iothread: true, discard: "on",
            ...(settings.image === undefined ? {} : { importFrom: settings.image.id }),
        }],
        networkDevices: vm.apply(({ bridge, vlanId }) => [{ bridge, ...(vlanId === undefined ? {} : { vlanId }) }]),
        initialization: cloudInit,
    }, {
        parent,
        ...(settings.after === undefined ? {} : { dependsOn: settings.after }),
        // With a fixed VM id the new one would adopt the old one, and then be destroyed with it.
        deleteBeforeReplace: true,
        // nodeName changes when Proxmox migrates the VM, which is no reason to make it anew; speed is a difference at every run otherwise.
        ignoreChanges: ["nodeName", "disks[0].speed"],
    });
    const address = resource.networkDevices.apply((devices) => devices?.[0]?.macAddress ?? "");
    const hardware = vm.apply(({ cores, cpuType, memory, guestAgent }) => digest([cores, cpuType, memory, guestAgent]));
    return { resource, vmId: resource.vmId, identity: [resource.id, address], firstBoot: cloudInit.apply(digest), hardware };
}

/** A short name for a value, for inputs that only have to change when it does. */
function digest(value: unknown): string {
    return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 8);
}

function initialization(model: Model, host: HostModel & { virtualMachine: VirtualMachineModel }): proxmox.types.input.VmLegacyInitialization {
    const { datastore, gateway, nameservers, searchDomain } = host.virtualMachine;
    const dns = { ...(nameservers.length > 0 ? { servers: nameservers } : {}), ...(searchDomain === undefined ? {} : { domain: searchDomain }) };
    return {
        datastoreId: datastore,
        // An empty block makes the provider panic.
        ...(Object.keys(dns).length > 0 ? { dns } : {}),
        ipConfigs: [{ ipv4: { address: `${host.address}/${model.vip.prefixLength}`, gateway } }],
        userAccount: { username: model.ssh.user, keys: model.ssh.authorizedKeys },
    };
}

/** Has Proxmox itself download a cloud image to one node, once for all VMs made there. */
export function cloudImage(name: string, node: string, image: pulumi.Output<ImageModel>, parent: pulumi.Resource): proxmox.download.File {
    return new proxmox.download.File(name, {
        nodeName: node,
        datastoreId: image.datastore,
        contentType: "import",
        url: image.url,
        fileName: image.fileName,
        checksum: image.checksum,
        checksumAlgorithm: image.checksumAlgorithm,
        // The checksum says what the file is; nothing is fetched again because an upstream changed.
        overwrite: false,
    }, { parent });
}
