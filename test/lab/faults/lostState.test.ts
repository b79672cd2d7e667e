/** VMs whose stack's state is lost, by docs/operations.md: they are imported, and replaced one after the other. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readHosts } from "../../../proving-ground/lab/hosts";
import { record } from "../../faults/table";
import { instance, needsLab } from "../machines/support";
import { answersAtVip, observedDuring, Stack, twoVirtualMachines } from "../stack/support";

const MACHINES: Record<string, string> = { "kube-api-vrrp1-vm": "pve1/101", "kube-api-vrrp2-vm": "pve2/102" };

interface ImportFile {
    resources: { type: string; name: string; id?: string; component?: true }[];
}

describe("a lost state of a stack with VMs", function () {
    this.timeout(600_000);
    const stack = new Stack("test-lost-state");
    let folder: string;

    before(async function () {
        await needsLab(this);
        folder = await mkdtemp(join(tmpdir(), "ha-api-lost-state-"));
        await stack.create(twoVirtualMachines());
        await stack.up();
    });
    after(async () => {
        await stack.remove();
        await rm(folder, { recursive: true, force: true });
    });

    const ids = async (): Promise<number[]> => (await readHosts(instance)).map(({ vmId }) => vmId).sort();

    it("has the VMs refused that are there already, and nothing made", async () => {
        await stack.must("stack", "rm", "--yes", "--force", "--preserve-config");
        await stack.must("stack", "init", stack.name);
        await stack.configure(twoVirtualMachines());
        const { status, output } = await stack.pulumi("up", "--yes", "--skip-preview");
        assert.notEqual(status, 0, output);
        assert.match(output, /unable to create VM 102: config file already exists/);
        assert.deepEqual(await ids(), [101, 102]);
        await answersAtVip();
    });

    it("is made again by an import and an up, which replaces one VM after the other while the other serves", async () => {
        const file = join(folder, "import.json");
        await stack.pulumi("preview", "--import-file", file);
        const { resources, ...rest } = JSON.parse(await readFile(file, "utf8")) as ImportFile;
        const kept = resources
            .filter(({ name, component }) => component === true || name in MACHINES)
            .map((each) => (each.name in MACHINES ? { ...each, id: MACHINES[each.name]! } : each));
        assert.equal(kept.filter(({ id }) => id !== undefined).length, 2, JSON.stringify(resources));
        await writeFile(file, JSON.stringify({ ...rest, resources: kept }));
        await stack.must("import", "--file", file, "--yes", "--protect=false", "--generate-code=false");
        const seen = await observedDuring(() => stack.up());
        assert.ok(seen.longestGap < 3000, JSON.stringify(seen));
        assert.deepEqual(await ids(), [101, 102]);
        await answersAtVip();
        await stack.up("--expect-no-changes");
        await record({ trouble: "a lost state of VMs", cases: 1, survived: 1, as: "by an import" });
    });
});
