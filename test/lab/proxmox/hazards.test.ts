import assert from "node:assert/strict";
import { FakeProxmoxServer } from "./fakeProxmoxServer";

/**
 * The texts the provider acts upon: it takes "already exists" on a retry for its own success, and "does not exist" for
 * gone.
 */
describe("fake Proxmox: texts the provider relies on", () => {
    let lab: FakeProxmoxServer;
    before(async () => {
        lab = await FakeProxmoxServer.start();
        await lab.clone(101);
    });
    after(() => lab.stop());

    it("refuses to create a VM whose id is taken", async () => {
        const { status, reason } = await lab.call("POST", "/nodes/pve2/qemu", { vmid: 101, memory: 512 });
        assert.deepEqual([status, reason], [500, "unable to create VM 101 - VM 101 already exists on node 'pve1'"]);
    });

    it("refuses to clone to an id that is taken", async () => {
        const { status, reason } = await lab.call("POST", "/nodes/pve1/qemu/9000/clone", { newid: 101 });
        assert.deepEqual([status, reason], [500, "unable to create VM 101: config file already exists"]);
    });

    it("does not know a VM on the other node", async () => {
        const { reason } = await lab.call("GET", "/nodes/pve2/qemu/101/config");
        assert.equal(reason, "Configuration file 'nodes/pve2/qemu-server/101.conf' does not exist");
    });

    it("answers for a VM that was deleted behind the provider's back as for one that never was", async () => {
        await lab.clone(102);
        await lab.task("DELETE", "/nodes/pve1/qemu/102");
        for (const [method, path] of [
            ["GET", "config"],
            ["PUT", "config"],
            ["GET", "status/current"],
            ["POST", "status/start"],
        ] as const) {
            const { status, reason } = await lab.call(method, `/nodes/pve1/qemu/102/${path}`);
            assert.deepEqual(
                [status, reason],
                [500, "Configuration file 'nodes/pve1/qemu-server/102.conf' does not exist"],
            );
        }
        const resources = await lab.data<{ vmid: number }[]>("GET", "/cluster/resources", { type: "vm" });
        assert.ok(!resources.some(({ vmid }) => vmid === 102), "!resources.some(({ vmid }) => vmid === 102)");
    });

    it("does not know a third node", async () => {
        assert.match((await lab.call("GET", "/nodes/pve3/qemu/101/config")).reason, /^hostname lookup 'pve3' failed/);
    });

    it("reports every bad parameter by name", async () => {
        const wrong = { cores: "two", onboot: "maybe", colour: "red" };
        const { status, reason, errors } = await lab.call("PUT", "/nodes/pve1/qemu/101/config", wrong);
        assert.deepEqual([status, reason], [400, "Parameter verification failed."]);
        assert.deepEqual(Object.keys(errors ?? {}).sort(), ["colour", "cores", "onboot"]);
    });
});
