/** What settings of one VM must be together. */
import { repeated } from "../../spec/checks";
import type { Path } from "../../spec/problems";
import { Address, Network } from "../../text/address";
import type { VirtualMachineModel } from "../model";
import { type Candidate, type Found, goodVips, type Rule, when } from "./rule";
import { machines } from "./virtualMachines";

export const MACHINE_PART_RULES: Rule[] = [
    { name: "an SSD only where Proxmox can show one", problems: ssdOnVirtio },
    { name: "native I/O without a cache", problems: nativeWithCache },
    { name: "no more memory left to a guest than it has", problems: balloonOverMemory },
    { name: "firmware of its own for what is no clone", problems: firmwareOfClone },
    { name: "an EFI disk beside OVMF only", problems: efiDiskWithoutEfi },
    { name: "further network devices in other networks", problems: extraDeviceInVipNetwork },
    { name: "distinct addresses of further network devices", problems: alikeInExtraAddress },
    { name: "distinct MAC addresses", problems: alikeInMacAddress },
];

type PathOf = (key: keyof VirtualMachineModel) => Path;

/** What is wrong with one VM, of each of them; what several share is named once. */
function ofEach(candidate: Candidate, problem: (machine: VirtualMachineModel, pathOf: PathOf) => Found[]): Found[] {
    return machines(candidate).flatMap(({ machine, pathOf }) => problem(machine, pathOf as PathOf));
}

function ssdOnVirtio(candidate: Candidate): Found[] {
    return ofEach(candidate, ({ disk, diskInterface }, pathOf) =>
        when(
            disk.ssd === true && diskInterface.startsWith("virtio"),
            `${pathOf("disk")}.ssd`,
            "must be false where the disk is on virtio (diskInterface): Proxmox has no such option there",
            true,
        ),
    );
}

function nativeWithCache(candidate: Candidate): Found[] {
    return ofEach(candidate, ({ disk: { aio, cache = "none" } }, pathOf) =>
        when(
            aio === "native" && cache !== "none" && cache !== "directsync",
            `${pathOf("disk")}.aio`,
            `must not be native beside the cache ${cache}: QEMU reads and writes so without a cache only (none, directsync)`,
            aio,
        ),
    );
}

function balloonOverMemory(candidate: Candidate): Found[] {
    return ofEach(candidate, ({ balloon, memory }, pathOf) =>
        when(
            balloon !== undefined && balloon > memory,
            pathOf("balloon"),
            `must be at most memory (${memory})`,
            balloon,
        ),
    );
}

/** A clone has the template's, with an EFI disk that goes with them. */
function firmwareOfClone(candidate: Candidate): Found[] {
    return ofEach(candidate, ({ source, ...machine }, pathOf) =>
        (["bios", "machine", "efiDisk", "tpm"] as const).flatMap((key) =>
            when(
                source.kind === "template" && machine[key] !== undefined,
                pathOf(key),
                "belongs to a VM from an image; a clone has what its template has: set it there",
                machine[key],
            ),
        ),
    );
}

function efiDiskWithoutEfi(candidate: Candidate): Found[] {
    return ofEach(candidate, ({ source, efiDisk, bios = "seabios" }, pathOf) =>
        when(
            source.kind === "image" && efiDisk !== undefined && bios !== "ovmf",
            pathOf("efiDisk"),
            "goes with bios ovmf",
            efiDisk,
        ),
    );
}

interface ExtraAddress {
    path: Path;
    value: string;
    owner: string;
}

function extraAddresses(candidate: Candidate): ExtraAddress[] {
    return machines(candidate).flatMap(({ host, machine, pathOf }) =>
        machine.extraNetworkDevices.flatMap(({ address }, index) =>
            address === ""
                ? []
                : [{ path: `${pathOf("extraNetworkDevices")}[${index}].address`, value: address, owner: host.name }],
        ),
    );
}

/** Two devices in one network answer for each other, and packets leave by the wrong one. */
function extraDeviceInVipNetwork(candidate: Candidate): Found[] {
    return extraAddresses(candidate).flatMap(({ path, value }) => {
        const own = Network.parse(value);
        const shared = goodVips(candidate).some(
            (vip) => Network.of(vip).contains(own.address) || own.contains(Address.of(vip.address)),
        );
        return when(shared, path, "must be in another network than the VIP's", value);
    });
}

function alikeInExtraAddress(candidate: Candidate): Found[] {
    const addresses = extraAddresses(candidate).map((each) => ({ ...each, value: each.value.replace(/\/.*/, "") }));
    return repeated(addresses, "addresses");
}

function alikeInMacAddress(candidate: Candidate): Found[] {
    const given = machines(candidate).flatMap(({ host: { name }, machine, pathOf }) =>
        [
            { path: pathOf("networkDevice"), device: machine.networkDevice },
            ...machine.extraNetworkDevices.map((device, index) => ({
                path: `${pathOf("extraNetworkDevices")}[${index}]`,
                device,
            })),
        ].flatMap(({ path, device: { macAddress } }) =>
            macAddress === undefined ? [] : [{ path: `${path}.macAddress`, value: macAddress, owner: name }],
        ),
    );
    return repeated(given, "MAC addresses");
}
