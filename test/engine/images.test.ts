/** VMs of cloud images, by the real engine and provider: one for all nodes, and one that is on a storage already. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Inputs } from "../../components/model/inputs";
import { virtualMachines } from "../components/support";
import { DESTROY, MachinesStack, UP } from "./machinesStack";

const FILE = "debian-12.lab.qcow2";
/** What the fake Proxmox takes for an image, and serves. */
const CONTENT = "ha-api-lab root file system: debian-12\n";

describe("VMs of cloud images", function () {
    this.timeout(300_000);
    let stack: MachinesStack;
    beforeEach(async () => (stack = await MachinesStack.create()));
    afterEach(() => stack.stop());

    function of(image: object): Inputs {
        const { virtualMachines: shared, ...rest } = virtualMachines();
        return { ...rest, virtualMachines: { ...shared, template: undefined, image } };
    }

    const inStorage = (node: string, storage: string): string =>
        join(stack.proxmox.directory, "storage", node, storage, "import", FILE);

    async function madeAndUnchanged(image: object): Promise<string> {
        const output = await stack.up(of(image));
        assert.deepEqual(await stack.machines(), [1101, 1102]);
        return output;
    }

    it("are made on two nodes from one download to a storage that both share, which goes with the stack", async () => {
        const checksum = createHash("sha256").update(CONTENT).digest("hex");
        const output = await madeAndUnchanged({
            ...{ url: stack.proxmox.imageUrl, checksum, datastore: "nfs", shared: true, downloadTimeout: 900 },
        });
        assert.equal(output.match(/\+ .*download:File .*created/g)?.length, 1, output);
        await stack.must(...DESTROY);
        const left = await stack.proxmox.data("GET", "/nodes/pve1/storage/nfs/content", { content: "import" });
        assert.deepEqual([await stack.machines(), left], [[], []]);
    });

    it("are made from an image that the nodes have, which stays", async () => {
        const image = { volumeId: `local:import/${FILE}` };
        stack.configure(of(image));
        const { status, output } = await stack.pulumi(...UP);
        assert.notEqual(status, 0);
        assert.match(output, /image local:import\/debian-12\.lab\.qcow2 .* is not on the storage local of pve1/);
        assert.deepEqual(await stack.machines(), []);
        const files = ["pve1", "pve2"].map((node) => inStorage(node, "local"));
        for (const file of files) writeFileSync(file, CONTENT);
        assert.doesNotMatch(await madeAndUnchanged(image), /download/);
        await stack.must(...DESTROY);
        assert.deepEqual([await stack.machines(), files.map((file) => existsSync(file))], [[], [true, true]]);
    });
});
