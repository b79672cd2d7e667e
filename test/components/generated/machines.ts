/** Valid settings of VMs, of one and of several that share some. */
import * as fc from "fast-check";
import {
    cpuSpec,
    diskSpec,
    extraNetworkDeviceSpec,
    highAvailabilitySpec,
    networkDeviceSpec,
    startupSpec,
} from "../../../components/inputs/machineParts";
import { imageSpec } from "../../../components/inputs/machineSource";
import { virtualMachineSpec } from "../../../components/inputs/virtualMachine";
import { choice, type Entry, integer, scalars, some } from "./scalars";

const template: fc.Arbitrary<Entry> = some({ node: choice("pve1", "pve-2.example"), linked: fc.boolean() }).map(
    (more) => ({ vmId: 9000, ...more }),
);

const image: fc.Arbitrary<Entry> = fc.oneof(
    { weight: 1, arbitrary: fc.constant({ volumeId: "local:import/debian-12.qcow2" }) },
    {
        weight: 3,
        arbitrary: some({ ...scalars(imageSpec), fileName: choice("a.raw"), datastore: choice("local") }).map(
            (more) => ({
                url: "https://images.example.com/a/debian-12.img",
                checksum: "AB".repeat(64),
                ...more,
                checksumAlgorithm: "sha512",
            }),
        ),
    },
);

/** Firmware is a template's own; an EFI disk goes with OVMF. */
const firmware: fc.Arbitrary<Entry> = fc.oneof(
    some({ bios: choice("seabios"), machine: choice("q35", "pc"), tpm: fc.boolean() }),
    some({
        machine: choice("q35", "pc-q35-9.2+pve1"),
        tpm: fc.boolean(),
        efiDisk: some({ datastore: choice("ceph"), preEnrolledKeys: fc.boolean() }),
    }).map((more) => ({ bios: "ovmf", ...more })),
);

/** QEMU reads and writes natively without a cache only. */
const disk: fc.Arbitrary<Entry> = fc.oneof(
    some({ ...scalars(diskSpec, "aio"), aio: choice("io_uring", "threads") }),
    some(scalars(diskSpec, "aio", "cache")).map((more) => ({ ...more, aio: "native" })),
);

const firewall: fc.Arbitrary<Entry> = fc.oneof(
    some({ firewall: choice(false) }),
    some({ firewallSshSources: choice(["10.9.0.0/16", "192.0.2.7"]), firewallIpFilter: fc.boolean() }).map((more) => ({
        firewall: true,
        ...more,
    })),
);

/** The `index` keeps apart what must be distinct. */
export const machine = (gateway: string, index: number): fc.Arbitrary<Entry> =>
    fc
        .record({
            source: fc.oneof(
                template.map((given) => ({ template: given })),
                fc.tuple(image, firmware).map(([given, more]) => ({ image: given, ...more })),
            ),
            firewall,
            node: choice("pve1", "pve2"),
            rest: some({
                ...scalars(virtualMachineSpec, "firewall", "firewallIpFilter", "bios", "tpm"),
                vmId: fc.constant(1000 + index),
                cpuType: choice("host", "x86-64-v2-AES"),
                datastore: choice("local-lvm", "ceph_1.a"),
                bridge: choice("vmbr0"),
                nameservers: fc.constant(["1.1.1.1", gateway]),
                searchDomain: choice("example.com", "lan"),
                tags: choice([], ["b", "a_1.+-"]),
                diskInterface: choice("scsi0", "virtio0", "sata0"),
                networkDevice: some({
                    ...scalars(networkDeviceSpec),
                    macAddress: fc.constant(`BC:24:11:00:00:0${index}`),
                }),
                extraNetworkDevices: some({
                    ...scalars(extraNetworkDeviceSpec),
                    macAddress: fc.constant(`bc:24:11:00:01:0${index}`),
                }).map((more) => [{ bridge: "vmbr1", address: `150.40.0.${10 + index}/24`, ...more }]),
                balloon: integer(16, 256),
                pool: choice("lb"),
                description: choice("Room 7", "Rules:\n- none\n"),
                disk,
                // Kept apart, they are on nodes of their own.
                highAvailability: some(scalars(highAvailabilitySpec, "separation")).map((more) => ({
                    ...more,
                    separation: "none",
                })),
                cpu: some({ ...scalars(cpuSpec), flags: choice([], ["+aes", "-pcid"]) }),
                startup: some(scalars(startupSpec)),
                cloudInit: some({ datastore: choice("ceph"), vendorData: choice("local:snippets/a.yaml") }),
            }),
        })
        .map(({ source, firewall: filtered, node, rest }) => ({ ...rest, ...filtered, ...source, gateway, node }));

const without = (given: Entry, ...keys: string[]): Entry =>
    Object.fromEntries(Object.entries(given).filter(([key]) => !keys.includes(key)));

/**
 * Hosts, and what those that are VMs share: undefined where none is. What contradicts a setting of a host's own, or may
 * be one machine's only, is left out.
 */
export function machinesTogether(shared: Entry, hosts: Entry[]): { shared: Entry | undefined; hosts: Entry[] } {
    const owns = hosts.flatMap(({ virtualMachine }) => (virtualMachine === undefined ? [] : [virtualMachine as Entry]));
    const outOf = ["vmId"];
    if (owns.some((own) => "template" in own)) outOf.push("bios", "machine", "tpm", "efiDisk");
    if (owns.some((own) => own["bios"] === "seabios")) outOf.push("efiDisk");
    if (owns.some((own) => own["firewall"] === false)) outOf.push("firewallSshSources", "firewallIpFilter");
    if (owns.length > 1) outOf.push("networkDevice", "extraNetworkDevices");
    const left = without(shared, ...outOf);
    const onVirtio = [left, ...owns].some(({ diskInterface }) => diskInterface === "virtio0");
    const fit = (given: Entry): Entry =>
        onVirtio && given["disk"] !== undefined ? { ...given, disk: without(given["disk"] as Entry, "ssd") } : given;
    return {
        shared: owns.length === 0 ? undefined : fit(left),
        hosts: hosts.map((host) =>
            host["virtualMachine"] === undefined
                ? host
                : { ...host, virtualMachine: fit(host["virtualMachine"] as Entry) },
        ),
    };
}
