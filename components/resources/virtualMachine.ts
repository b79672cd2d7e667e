/** A host as a Proxmox VM. */
import { createHash, randomUUID } from "node:crypto";
import * as proxmox from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { type Looks, lookAfter, markOf } from "./proxmox/looks";
import { cloneOf, cpuOf, diskOf, efiDiskOf, known, memoryOf, networkDevicesOf } from "./proxmox/settings";
import type { VirtualMachineArgs } from "../inputs";
import { ownPrefixLengths } from "../model/bgp";
import type { HostModel, Model, VirtualMachineModel } from "../model/model";
import { Address, Network } from "../text/address";

export interface ProxmoxHostSettings extends Looks {
    /** Those of its settings that decide how the resource is treated. */
    given: { [K in "description" | "protection"]: VirtualMachineArgs[K] | undefined };
    /** The cloud image as Proxmox names it, when the VM is made from one. */
    image: pulumi.Output<string> | undefined;
    /** The host before this one, serving: a change that replaces or power-cycles VMs must not hit two at once. */
    after: pulumi.Resource | undefined;
    /** Known once every host's VM can be made: see `lookBefore`. */
    looked: pulumi.Output<unknown>;
}

export interface ProxmoxHost {
    resource: proxmox.VmLegacy;
    vmId: pulumi.Output<number>;
    /**
     * Tells this VM from one made later under the same id: Proxmox draws a MAC address for every VM it makes. Where the
     * user gave one, an UUID is drawn here.
     */
    identity: pulumi.Output<string>[];
    /** Changes whenever cloud-init will run again, which gives the VM new SSH host keys. */
    firstBoot: pulumi.Output<string>;
    /** Changes whenever Proxmox power-cycles the VM for new settings. */
    hardware: pulumi.Output<string>;
}

/**
 * Settings of the VM that matter when it is made and not afterwards, or that Proxmox changes by itself. Changed later
 * they would be a difference at every run, a restart, or the end of the VM: another node for the template is no reason
 * to replace the VM. A VM that is replaced for another reason takes them all as they are then.
 */
const ONLY_WHEN_MADE = [
    // Changes when Proxmox migrates the VM.
    "nodeName",
    // Is a difference at every run otherwise.
    "disks[0].speed",
    // A disk at another place would be a new, empty one.
    "disks[0].interface",
    "bootOrders",
    "agent.waitForIp",
    "initialization.upgrade",
    "initialization.vendorDataFileId",
    "efiDisk",
    "tpmState",
    // Tells VMs of the same MAC address apart.
    "smbios",
];

export function proxmoxHost(name: string, settings: ProxmoxHostSettings, parent: pulumi.Resource): ProxmoxHost {
    const vm = settings.host.apply(({ virtualMachine }) => virtualMachine);
    const cloudInit = pulumi.all([settings.model, settings.host]).apply(([model, host]) => initialization(model, host));
    const resource = new proxmox.VmLegacy(
        name,
        {
            nodeName: pulumi.all([vm, settings.looked]).apply(([{ node }]) => node),
            name: settings.host.name,
            // An id of undefined leaves the choice to Proxmox.
            vmId: vm.apply(({ vmId }) => vmId!),
            // Also the mark by which a VM is found that a run left half made.
            description: vm.apply(({ description }) => notesOf(name, description)),
            tags: vm.tags,
            onBoot: vm.onBoot,
            started: true,
            migrate: false,
            stopOnDestroy: vm.stopOnDestroy,
            rebootAfterUpdate: true,
            // Long enough for systemd in the guest, which kills what it waits for after 90.
            timeoutShutdownVm: vm.shutdownTimeout,
            deleteUnreferencedDisksOnDestroy: vm.apply((given) => given.deleteUnreferencedDisksOnDestroy!),
            startup: vm.apply(({ startup }) => startup!),
            poolId: vm.apply(({ pool }) => pool!),
            protection: vm.apply(({ protection }) => protection!),
            // Every block below is given although some hold defaults: the provider would override the template with
            // defaults of its own.
            clone: vm.apply((machine) => cloneOf(machine)!),
            // Enabled also where the guest has no agent: Proxmox then asks it by ACPI to shut down, while without it
            // the provider cuts the power. The addresses it reports are not needed; the next step waits until the
            // host can be logged in to.
            agent: vm.apply(({ guestAgent }) => ({ enabled: guestAgent, waitForIp: { disabled: true } })),
            cpu: vm.apply(cpuOf),
            memory: vm.apply(memoryOf),
            operatingSystem: { type: "l26" },
            scsiHardware: "virtio-scsi-single",
            cdrom: { fileId: "none" },
            serialDevices: [{ device: "socket" }],
            // A clone that has no disk there is refused by Proxmox at this, before it could be given a second, empty
            // one and be started.
            bootOrders: vm.apply(({ diskInterface }) => [diskInterface]),
            disks: [diskOf(vm, settings.image)],
            networkDevices: vm.apply(networkDevicesOf),
            vga: vm.apply(({ display }) => (display === undefined ? undefined! : { type: display })),
            bios: vm.apply(({ bios }) => bios!),
            machine: vm.apply(({ machine }) => machine!),
            efiDisk: vm.apply((machine) => efiDiskOf(machine)!),
            tpmState: vm.apply(({ tpm, datastore }) =>
                tpm === true ? { datastoreId: datastore, version: "v2.0" } : undefined!,
            ),
            // Proxmox draws one as well, but the provider does not tell which.
            smbios: vm.apply(({ networkDevice }) =>
                networkDevice.macAddress === undefined ? undefined! : { uuid: randomUUID() },
            ),
            initialization: cloudInit,
        },
        {
            parent,
            ...(settings.after === undefined ? {} : { dependsOn: settings.after }),
            // With a fixed VM id the new one would adopt the old one, and then be destroyed with it.
            deleteBeforeReplace: true,
            // Proxmox refuses to remove such a VM, but not before its power was cut.
            ...(settings.given.protection === true ? { protect: true } : {}),
            ignoreChanges: [
                ...ONLY_WHEN_MADE,
                ...(settings.given.description === undefined ? ["description"] : []),
                // A VM from an image has no clone, and Pulumi warns of what it cannot ignore.
                ...(settings.image === undefined ? ["clone.nodeName", "clone.datastoreId"] : []),
            ],
        },
    );
    const address = resource.networkDevices.apply((devices) => devices?.[0]?.macAddress ?? "");
    const drawn = pulumi
        .all([vm, address, resource.smbios])
        .apply(([{ networkDevice }, mac, smbios]) =>
            networkDevice.macAddress === undefined ? mac : (smbios?.uuid ?? mac),
        );
    return {
        resource,
        vmId: lookAfter(name, resource.vmId, settings, parent),
        identity: [resource.id, drawn],
        firstBoot: cloudInit.apply(({ upgrade: _onlyOnce, vendorDataFileId: _once, ...data }) => digest(data)),
        hardware: vm.apply(hardwareOf),
    };
}

/** What Proxmox power-cycles the VM for, without what was left out. */
function hardwareOf(machine: VirtualMachineModel): string {
    const { cores, cpuType, memory, guestAgent, cpu, balloon, disk, display, bios, machine: type } = machine;
    const more = known({ ...cpu, balloon, aio: disk.aio, display, bios, machine: type });
    return digest([cores, cpuType, memory, guestAgent, ...(Object.keys(more).length > 0 ? [more] : [])]);
}

/** The user's own text, and the mark. */
function notesOf(name: string, own: string | undefined): string {
    return own === undefined ? markOf(name) : `${own}\n\n${markOf(name)}`;
}

/** A short name for a value, for inputs that only have to change when it does. */
function digest(value: unknown): string {
    return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 8);
}

function initialization(
    model: Model,
    host: HostModel & { virtualMachine: VirtualMachineModel },
): proxmox.types.input.VmLegacyInitialization {
    const { datastore, nameservers, searchDomain, upgradeOnFirstBoot, cloudInit, extraNetworkDevices } =
        host.virtualMachine;
    const dns = {
        ...(nameservers.length > 0 ? { servers: nameservers } : {}),
        ...(searchDomain === undefined ? {} : { domain: searchDomain }),
    };
    return {
        datastoreId: cloudInit.datastore ?? datastore,
        // An empty block makes the provider panic.
        ...(Object.keys(dns).length > 0 ? { dns } : {}),
        ipConfigs: [
            ownIpConfig(model, host),
            ...extraNetworkDevices.map(({ address }) =>
                Network.parse(address).address.family === 6 ? { ipv6: { address } } : { ipv4: { address } },
            ),
        ],
        userAccount: { username: model.ssh.user, keys: model.ssh.authorizedKeys },
        upgrade: upgradeOnFirstBoot,
        ...(cloudInit.vendorData === undefined ? {} : { vendorDataFileId: cloudInit.vendorData }),
    };
}

/** Of the first network device: the host's addresses, each with the length of its network. */
function ownIpConfig(
    model: Model,
    { address, address6, virtualMachine: { gateway, gateway6 } }: HostModel & { virtualMachine: VirtualMachineModel },
): proxmox.types.input.VmLegacyInitializationIpConfig {
    const lengths = ownPrefixLengths(model);
    const first = { address: `${address}/${lengths.first}`, gateway };
    if (Address.of(address).family === 6) return { ipv6: first };
    if (address6 === undefined) return { ipv4: first };
    return {
        ipv4: first,
        ipv6: { address: `${address6}/${lengths.second}`, ...(gateway6 === undefined ? {} : { gateway: gateway6 }) },
    };
}
