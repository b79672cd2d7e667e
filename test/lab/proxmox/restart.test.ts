import assert from "node:assert/strict";
import { FakeProxmoxServer } from "./fakeProxmoxServer";

describe("fake Proxmox: restart", () => {
    let lab: FakeProxmoxServer;
    beforeEach(async () => (lab = await FakeProxmoxServer.start()));
    afterEach(() => lab.stop());

    it("remembers VMs, addresses and tasks, and finds machines still running", async () => {
        await lab.clone(101, { cipassword: "secret" });
        const { upid } = await lab.task("POST", "/nodes/pve1/qemu/101/status/start");
        const before = await lab.config(101);
        await lab.restart();
        assert.deepEqual(await lab.config(101), before);
        assert.equal((await lab.data("GET", "/nodes/pve1/qemu/101/status/current")).status, "running");
        assert.equal((await lab.ended(upid)).exitstatus, "OK");
        assert.equal(lab.hypervisor.starts.length, 1);
    });

    it("shows a task that was running as failed, and lets the call be made again", async () => {
        lab.hypervisor.cloneTime = 60_000;
        const upid = await lab.data<string>("POST", "/nodes/pve1/qemu/9000/clone", { newid: 101 });
        await lab.restart();
        assert.equal((await lab.ended(upid)).exitstatus, "unexpected status");
        lab.hypervisor.cloneTime = 0;
        await lab.clone(101);
    });

    it("does not take an unknown disk for a new VM's", async () => {
        lab.hypervisor.disks.set(101, "left over");
        await lab.clone(101);
        assert.equal(lab.hypervisor.disks.get(101), "debian-13");
    });

    it("does not bring back a deleted template", async () => {
        await lab.task("DELETE", "/nodes/pve1/qemu/9000");
        await lab.restart();
        assert.deepEqual(
            (await lab.data<{ vmid: number }[]>("GET", "/cluster/resources", { type: "vm" })).map(({ vmid }) => vmid),
            [9001],
        );
    });

    describe("when all machines are off, as after a power failure of the whole node", () => {
        const powerFailure = (): void => lab.hypervisor.running.clear();

        beforeEach(async () => {
            await lab.clone(101);
            await lab.clone(102);
            await lab.data("PUT", "/nodes/pve1/qemu/101/config", { onboot: "1" });
            for (const vmid of [101, 102]) await lab.task("POST", `/nodes/pve1/qemu/${vmid}/status/start`);
        });

        it("starts those that are to start with their node, and no other", async () => {
            powerFailure();
            await lab.restart();
            assert.deepEqual([...lab.hypervisor.running.keys()], [101]);
        });

        it("leaves a machine off that was switched off while another ran", async () => {
            await lab.task("POST", "/nodes/pve1/qemu/101/status/stop");
            await lab.restart();
            assert.deepEqual([...lab.hypervisor.running.keys()], [102]);
        });

        it("answers although one does not start, and says why in its log", async () => {
            powerFailure();
            lab.hypervisor.startFailure = new Error("no memory left");
            await lab.restart();
            assert.equal((await lab.data("GET", "/nodes/pve1/qemu/101/status/current")).status, "stopped");
            assert.ok(
                lab.log.some((line) => line.includes("VM 101: start failed: no memory left")),
                lab.log.join("\n"),
            );
        });
    });
});
