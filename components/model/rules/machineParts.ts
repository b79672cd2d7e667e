/** What settings of one VM must be together. */
import type { Path } from "../../spec/problems";
import type { VirtualMachineModel } from "../model";
import type { Candidate, Found, Rule } from "./rule";
import { machines } from "./virtualMachines";

export const MACHINE_PART_RULES: Rule[] = [
    { name: "an SSD only where Proxmox can show one", problems: ssdOnVirtio },
    { name: "native I/O without a cache", problems: nativeWithCache },
    { name: "no more memory left to a guest than it has", problems: balloonOverMemory },
];

type PathOf = (key: keyof VirtualMachineModel) => Path;

/** What is wrong with one VM, of each of them; what several share is named once. */
function ofEach(candidate: Candidate, problem: (machine: VirtualMachineModel, pathOf: PathOf) => Found[]): Found[] {
    return machines(candidate).flatMap(({ machine, pathOf }) => problem(machine, pathOf as PathOf));
}

function ssdOnVirtio(candidate: Candidate): Found[] {
    return ofEach(candidate, ({ disk, diskInterface }, pathOf) =>
        disk.ssd === true && diskInterface.startsWith("virtio")
            ? [
                  [
                      `${pathOf("disk")}.ssd`,
                      "must be false where the disk is on virtio (diskInterface): Proxmox has no such option there",
                      true,
                  ],
              ]
            : [],
    );
}

function nativeWithCache(candidate: Candidate): Found[] {
    return ofEach(candidate, ({ disk: { aio, cache = "none" } }, pathOf) =>
        aio === "native" && cache !== "none" && cache !== "directsync"
            ? [
                  [
                      `${pathOf("disk")}.aio`,
                      `must not be native beside the cache ${cache}: QEMU reads and writes so without a cache only (none, directsync)`,
                      aio,
                  ],
              ]
            : [],
    );
}

function balloonOverMemory(candidate: Candidate): Found[] {
    return ofEach(candidate, ({ balloon, memory }, pathOf) =>
        balloon !== undefined && balloon > memory
            ? [[pathOf("balloon"), `must be at most memory (${memory})`, balloon]]
            : [],
    );
}
