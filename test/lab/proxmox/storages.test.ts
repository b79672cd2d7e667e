/** Storages as people have them: what volumes are called, what another node reaches, and disks that are moved. */
import assert from "node:assert/strict";
import { FakeProxmoxServer, type Values } from "./fakeProxmoxServer";

const RESULTS: [storage: string, disk: string, cloudInit: string][] = [
    ["local-lvm", "local-lvm:vm-101-disk-0", "local-lvm:vm-101-cloudinit"],
    ["local-zfs", "local-zfs:vm-101-disk-0", "local-zfs:vm-101-cloudinit"],
    ["local-files", "local-files:101/vm-101-disk-0.raw", "local-files:101/vm-101-cloudinit.qcow2"],
    ["nfs", "nfs:101/vm-101-disk-0.raw", "nfs:101/vm-101-cloudinit.qcow2"],
];

describe("fake Proxmox: storages", () => {
    let lab: FakeProxmoxServer;
    beforeEach(async () => (lab = await FakeProxmoxServer.start()));
    afterEach(() => lab.stop());

    const clone = (values: Values): Promise<{ exitstatus: string }> =>
        lab.task("POST", "/nodes/pve1/qemu/9000/clone", { newid: 101, full: 1, ...values });
    const move = (values: Values) => lab.call("POST", "/nodes/pve1/qemu/101/move_disk", { disk: "scsi0", ...values });
    const volumeOf = async (key: string): Promise<string> => String((await lab.config(101))[key]).split(",")[0]!;

    for (const [storage, disk, cloudInit] of RESULTS)
        it(`names the volumes on ${storage} as its kind of storage does`, async () => {
            await clone({ storage });
            assert.deepEqual([await volumeOf("scsi0"), await volumeOf("ide2")], [disk, cloudInit]);
            const { format } = await lab.data(
                "GET",
                `/nodes/pve1/storage/${storage}/content/${encodeURIComponent(disk)}`,
            );
            assert.equal(format, "raw");
        });

    it("clones to the other node only from and to what that reaches", async () => {
        const refusal = async (id: number, values: Values): Promise<string> =>
            (await lab.call("POST", `/nodes/pve1/qemu/${id}/clone`, { newid: 102, full: 1, target: "pve2", ...values }))
                .reason;
        assert.equal(await refusal(9000, { storage: "local-zfs" }), "can't clone to non-shared storage 'local-zfs'");
        assert.equal(await refusal(9000, { storage: "nfs" }), "can't clone VM to node 'pve2' (VM uses local storage)");
        await clone({ storage: "nfs" });
        await lab.task("POST", "/nodes/pve1/qemu/101/clone", { newid: 102, full: 1, target: "pve2" });
        assert.match(String((await lab.config(102, "pve2"))["scsi0"]), /^nfs:102\/vm-102-disk-0\.raw,/);
    });

    it("has one file on a shared storage for both nodes", async () => {
        const values = { content: "import", filename: "deb.qcow2", url: lab.imageUrl };
        await lab.task("POST", "/nodes/pve1/storage/nfs/download-url", values);
        const [file] = await lab.data<{ volid: string }[]>("GET", "/nodes/pve2/storage/nfs/content", {
            content: "import",
        });
        assert.equal(file!.volid, "nfs:import/deb.qcow2");
        const [none] = await lab.data<{ volid: string }[]>("GET", "/nodes/pve2/storage/local/content");
        assert.equal(none, undefined);
    });

    it("moves a disk of a guest that runs, and keeps the former one unless it is to go", async () => {
        await lab.clone(101);
        await lab.task("POST", "/nodes/pve1/qemu/101/status/start");
        await lab.ended((await move({ storage: "local-files", delete: 1 })).data as string);
        assert.equal(await volumeOf("scsi0"), "local-files:101/vm-101-disk-0.raw");
        await lab.ended((await move({ storage: "local-files", format: "qcow2", delete: 1 })).data as string);
        assert.equal(await volumeOf("scsi0"), "local-files:101/vm-101-disk-1.qcow2");
        await lab.ended((await move({ storage: "local-zfs" })).data as string);
        assert.equal(await volumeOf("scsi0"), "local-zfs:vm-101-disk-0");
        assert.equal((await lab.config(101))["unused0"], "local-files:101/vm-101-disk-1.qcow2");
        await lab.task("POST", "/nodes/pve1/qemu/101/status/stop");
        assert.equal((await lab.task("POST", "/nodes/pve1/qemu/101/status/start")).exitstatus, "OK");
    });

    it("refuses to move what is no disk, is not there, or is there already", async () => {
        await lab.clone(101);
        const reason = async (values: Values) => (await move(values)).reason;
        assert.equal(await reason({ disk: "ide2", storage: "nfs" }), "you can't move a cdrom");
        assert.equal(await reason({ disk: "scsi1", storage: "nfs" }), "disk 'scsi1' does not exist");
        assert.equal(await reason({ storage: "local-lvm" }), "you can't move to the same storage with same format");
        assert.deepEqual((await move({ storage: "local" })).errors, {
            storage: "storage 'local' does not support vm images",
        });
        assert.equal(await reason({ storage: "nowhere" }), "storage 'nowhere' does not exist");
    });

    it("puts what a migration copies where it is told to", async () => {
        await clone({});
        await lab.task("POST", "/nodes/pve1/qemu/101/migrate", {
            target: "pve2",
            "with-local-disks": 1,
            targetstorage: "local-zfs",
        });
        assert.match(String((await lab.config(101, "pve2"))["scsi0"]), /^local-zfs:vm-101-disk-0,/);
    });
});
