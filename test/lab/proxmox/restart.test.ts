import assert from "node:assert/strict";
import { Lab } from "./client";

describe("Proxmox double: restart", () => {
    let lab: Lab;
    beforeEach(async () => (lab = await Lab.start()));
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

    it("does not take a disk nobody knows of for a new VM's", async () => {
        lab.hypervisor.disks.set(101, "left over");
        await lab.clone(101);
        assert.equal(lab.hypervisor.disks.get(101), "debian-12");
    });

    it("does not bring back a template somebody deleted", async () => {
        await lab.task("DELETE", "/nodes/pve1/qemu/9000");
        await lab.restart();
        assert.deepEqual(await lab.data("GET", "/cluster/resources", { type: "vm" }), []);
    });
});
