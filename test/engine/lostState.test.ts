/** VMs whose stack's state is lost: by the real engine and provider, as docs/operations.md says it. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { virtualMachines } from "../components/support";
import { MachinesStack, UP } from "./machinesStack";

const MACHINES: Record<string, string> = { "kube-api-vrrp1-vm": "pve1/1101", "kube-api-vrrp2-vm": "pve2/1102" };

interface ImportFile {
    resources: { type: string; name: string; id?: string; component?: true }[];
}

describe("a state that is lost", function () {
    this.timeout(300_000);
    let stack: MachinesStack;
    beforeEach(async () => {
        stack = await MachinesStack.create();
        stack.configure(virtualMachines());
    });
    afterEach(() => stack.stop());

    it("is made again by importing the VMs: none is made twice, and each is made anew in its place", async () => {
        await stack.must(...UP);
        await stack.must("stack", "rm", "--yes", "--force");
        await stack.must("stack", "init", "test-machines");
        const file = join(stack.folder, "import.json");
        await stack.pulumi("preview", "--import-file", file);
        const { resources, ...rest } = JSON.parse(await readFile(file, "utf8")) as ImportFile;
        const found = resources
            .filter(({ name, component }) => component === true || name in MACHINES)
            .map((each) => (each.name in MACHINES ? { ...each, id: MACHINES[each.name]! } : each));
        await writeFile(file, JSON.stringify({ ...rest, resources: found }));
        await stack.must("import", "--file", file, "--yes", "--protect=false", "--generate-code=false");
        await stack.must(...UP);
        assert.deepEqual(await stack.machines(), [1101, 1102]);
        await stack.must(...UP, "--expect-no-changes");
    });
});
