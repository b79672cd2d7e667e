import assert from "node:assert/strict";
import { FakeProxmoxServer } from "./fakeProxmoxServer";

describe("fake Proxmox: two nodes", () => {
    let lab: FakeProxmoxServer;
    beforeEach(async () => (lab = await FakeProxmoxServer.start()));
    afterEach(() => lab.stop());

    it("has local storages on both, and says that they are not shared", async () => {
        for (const node of ["pve1", "pve2"]) {
            assert.equal((await lab.data("GET", `/nodes/${node}/storage/local-lvm/status`)).shared, 0);
            assert.equal(
                (await lab.data("GET", `/nodes/${node}/storage/local/status`)).content,
                "iso,vztmpl,backup,import",
            );
        }
    });

    it("does not clone straight to the other node, as the disks are local", async () => {
        const { reason } = await lab.call("POST", "/nodes/pve1/qemu/9000/clone", { newid: 101, target: "pve2" });
        assert.equal(reason, "can't clone VM to node 'pve2' (VM uses local storage)");
    });

    it("clones here, migrates, and starts there", async () => {
        await lab.clone(101);
        const given = { target: "pve2", "with-local-disks": 1, targetstorage: "local-lvm" };
        assert.equal((await lab.task("POST", "/nodes/pve1/qemu/101/migrate", given)).exitstatus, "OK");
        assert.equal((await lab.config(101, "pve2")).scsi0, "local-lvm:vm-101-disk-0,size=3G");
        assert.match((await lab.call("GET", "/nodes/pve1/qemu/101/config")).reason, /does not exist$/);
        assert.equal((await lab.task("POST", "/nodes/pve2/qemu/101/status/start")).exitstatus, "OK");
    });

    it("moves a running VM only when asked to do it online and with its disks", async () => {
        await lab.clone(101);
        await lab.task("POST", "/nodes/pve1/qemu/101/status/start");
        const path = "/nodes/pve1/qemu/101/migrate";
        assert.equal(
            (await lab.call("POST", path, { target: "pve2" })).reason,
            "can't migrate running VM without --online",
        );
        assert.match(
            (await lab.task("POST", path, { target: "pve2", online: 1 })).exitstatus,
            /without with-local-disks option$/,
        );
        assert.equal(
            (await lab.task("POST", path, { target: "pve2", online: 1, "with-local-disks": 1 })).exitstatus,
            "OK",
        );
        assert.ok(lab.hypervisor.running.has(101), "lab.hypervisor.running.has(101)");
    });

    it("does not migrate a VM with the node's own CD drive", async () => {
        await lab.clone(101, { ide3: "cdrom" });
        const { exitstatus } = await lab.task("POST", "/nodes/pve1/qemu/101/migrate", { target: "pve2" });
        assert.equal(exitstatus, "can't migrate local cdrom drive 'cdrom'");
    });

    it("answers 595 for whatever is on a node that is off, and shows its VMs as they last were", async () => {
        await lab.clone(101);
        await lab.task("POST", "/nodes/pve1/qemu/101/migrate", { target: "pve2" });
        await lab.sampled();
        lab.trouble("pve2");
        for (const [method, path] of [
            ["GET", "/nodes/pve2/qemu/101/config"],
            ["POST", "/nodes/pve2/qemu/101/status/start"],
            ["GET", "/nodes/pve2/storage/local-lvm/status"],
        ] as const) {
            const { status, reason } = await lab.call(method, path);
            assert.deepEqual([status, reason], [595, "No route to host"]);
        }
        const resources = await lab.data<Record<string, unknown>[]>("GET", "/cluster/resources");
        const statusOf = (id: string): unknown => resources.find((resource) => resource.id === id)?.status;
        assert.deepEqual(["qemu/101", "qemu/9000", "node/pve2", "node/pve1", "storage/pve2/local"].map(statusOf), [
            "stopped",
            "stopped",
            "offline",
            "online",
            "unknown",
        ]);
        await lab.clone(102);
        assert.equal(
            (await lab.task("POST", "/nodes/pve1/qemu/102/migrate", { target: "pve2" })).exitstatus,
            "Can't connect to destination address using public key",
        );
    });

    it("lists a VM without name and state until nodes have told each other, and when its node has been off for long", async () => {
        await lab.clone(101, { tags: "lb" });
        await lab.task("POST", "/nodes/pve1/qemu/101/migrate", { target: "pve2" });
        const listed = async (): Promise<unknown[]> => {
            const all = await lab.data<Record<string, unknown>[]>("GET", "/cluster/resources", { type: "vm" });
            const { node, name, status, tags, template } = all.find(({ vmid }) => vmid === 101)!;
            return [node, name, status, tags, template];
        };
        const nameless = ["pve2", undefined, "unknown", "lb", undefined];
        const whole = ["pve2", "vrrp101", "stopped", "lb", 0];
        assert.deepEqual(await listed(), nameless);
        await lab.sampled();
        assert.deepEqual(await listed(), whole);
        lab.trouble("pve2");
        assert.deepEqual(await listed(), whole);
        lab.trouble("pve2:long");
        assert.deepEqual(await listed(), nameless);
    });

    it("makes, starts and moves nothing without a quorum, and goes on answering questions", async () => {
        await lab.clone(101);
        lab.trouble("quorum");
        for (const [path, values] of [
            ["", { vmid: 102 }],
            ["/9000/clone", { newid: 102 }],
            ["/101/status/start", {}],
            ["/101/migrate", { target: "pve2" }],
        ] as const) {
            const { status, reason } = await lab.call("POST", `/nodes/pve1/qemu${path}`, values);
            assert.deepEqual([status, reason], [500, "cluster not ready - no quorum?"]);
        }
        assert.equal((await lab.config(101)).name, "vrrp101");
    });

    it("writes no configuration without a quorum, and has freed the disks of a VM when it finds that out", async () => {
        await lab.clone(101);
        lab.trouble("quorum");
        const denied =
            /^unable to open file '\/etc\/pve\/nodes\/pve1\/qemu-server\/101\.conf\.tmp\.\d+' - Permission denied$/;
        const { status, reason } = await lab.call("PUT", "/nodes/pve1/qemu/101/config", { cores: 2 });
        assert.equal(status, 500);
        assert.match(reason, denied);
        assert.match((await lab.task("DELETE", "/nodes/pve1/qemu/101")).exitstatus, denied);
        assert.deepEqual([(await lab.config(101)).cores, lab.hypervisor.disks.has(101)], [1, false]);
        lab.trouble();
        assert.equal((await lab.task("DELETE", "/nodes/pve1/qemu/101")).exitstatus, "OK");
    });
});
