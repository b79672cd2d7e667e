/** What the preview says that a change of a VM's settings does. */
import assert from "node:assert/strict";
import type { Step } from "../../../cli/preview/previewJson";
import { virtualMachineEffects } from "../../../cli/preview/virtualMachineEffects";

describe("a changed VM, in a preview", () => {
    const risk = (path: string): string =>
        virtualMachineEffects({
            op: "update",
            urn: "",
            diffReasons: [path.replace(/\W.*/, "")],
            detailedDiff: { [path]: {} },
        } as Step)[0]!.risk;

    for (const path of [
        "cpu.limit",
        "memory.floating",
        "disks[0].aio",
        "bios",
        "machine",
        "vga.type",
        "efiDisk",
        "initialization.datastoreId",
    ])
        it(`is power-cycled for ${path}`, () => assert.equal(risk(path), "powerCycled"));

    for (const path of [
        "disks[0].cache",
        "disks[0].size",
        "startup.order",
        "poolId",
        "protection",
        "description",
        "networkDevices[0].mtu",
    ])
        it(`is changed while it runs for ${path}`, () => assert.equal(risk(path), "inPlace"));
});
