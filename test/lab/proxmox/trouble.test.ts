import assert from "node:assert/strict";
import { FakeProxmoxServer } from "./fakeProxmoxServer";

describe("fake Proxmox: locks, and tasks that end in an error", () => {
    let lab: FakeProxmoxServer;
    beforeEach(async () => {
        lab = await FakeProxmoxServer.start();
        await lab.clone(101);
    });
    afterEach(() => lab.stop());
    const path = "/nodes/pve1/qemu/101";

    for (const lock of ["backup", "snapshot", "migrate"])
        it(`changes nothing of a VM with the lock "${lock}", and shows it`, async () => {
            await lab.lock(101, "pve1", lock);
            const refusal = `VM is locked (${lock})`;
            assert.equal((await lab.call("PUT", `${path}/config`, { cores: 2 })).reason, refusal);
            for (const [method, call] of [
                ["POST", "/status/start"],
                ["POST", "/status/stop"],
                ["DELETE", ""],
            ] as const)
                assert.equal((await lab.task(method, path + call)).exitstatus, refusal);
            assert.equal((await lab.config(101)).lock, lock);
            assert.equal((await lab.data("GET", `${path}/status/current`)).lock, lock);
            await lab.lock(101, "pve1", undefined);
            assert.equal((await lab.task("POST", `${path}/status/start`)).exitstatus, "OK");
        });

    it("lets nobody but root, and root by no token, lock a VM", async () => {
        const { status } = await lab.call("PUT", `${path}/config`, { delete: "lock", skiplock: 1 });
        assert.equal(status, 400);
    });

    for (const [type, method, call, values] of [
        ["qmstart", "POST", "/status/start", {}],
        ["resize", "PUT", "/resize", { disk: "scsi0", size: "9G" }],
        ["qmigrate", "POST", "/migrate", { target: "pve2", "with-local-disks": 1 }],
        ["qmdestroy", "DELETE", "", {}],
    ] as const)
        it(`has ${type} fail, leaves the VM as it was, and does it the next time`, async () => {
            const before = await lab.config(101);
            lab.trouble(type);
            const { exitstatus, log } = await lab.task(method, path + call, values);
            assert.notEqual(exitstatus, "OK");
            assert.equal(log.at(-1), `TASK ERROR: ${exitstatus}`);
            assert.deepEqual(await lab.config(101), before);
            lab.trouble();
            assert.equal((await lab.task(method, path + call, values)).exitstatus, "OK");
        });

    it("leaves nothing of a clone that fails, and a locked VM without a name of one that dies", async () => {
        const clone = () =>
            lab.task("POST", "/nodes/pve1/qemu/9000/clone", { newid: 102, name: "vrrp2", description: "x" });
        lab.trouble("qmclone");
        assert.match((await clone()).exitstatus, /^clone failed: lvcreate/);
        assert.match((await lab.call("GET", "/nodes/pve1/qemu/102/config")).reason, /does not exist$/);
        lab.trouble("qmclone:dies");
        assert.equal((await clone()).exitstatus, "unexpected status");
        const { digest: _any, ...config } = await lab.config(102);
        assert.deepEqual(config, { lock: "clone" });
    });

    it("goes on running a VM with the memory that it was started with", async () => {
        await lab.task("POST", `${path}/status/start`);
        await lab.data("PUT", `${path}/config`, { memory: 2048 });
        const memory = async () => Number((await lab.data("GET", `${path}/status/current`)).maxmem) / 1024 ** 2;
        assert.equal(await memory(), 1024);
        lab.trouble("qmshutdown");
        assert.match((await lab.task("POST", `${path}/status/shutdown`)).exitstatus, /powerdown failed/);
        lab.trouble();
        await lab.task("POST", `${path}/status/shutdown`);
        await lab.task("POST", `${path}/status/start`);
        assert.equal(await memory(), 2048);
    });
});
