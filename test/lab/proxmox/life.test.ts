import assert from "node:assert/strict";
import { PUBLIC_KEY } from "../../components/support";
import { FakeProxmoxServer } from "./fakeProxmoxServer";

const VM = "/nodes/pve1/qemu/101";

describe("fake Proxmox: the life of a VM", () => {
    let lab: FakeProxmoxServer;
    beforeEach(async () => (lab = await FakeProxmoxServer.start()));
    afterEach(() => lab.stop());

    it("clones, starts, asks the agent, stops and deletes", async () => {
        await lab.clone(101, { ciuser: "ops" });
        assert.equal((await lab.task("POST", `${VM}/status/start`)).exitstatus, "OK");
        const status = await lab.data("GET", `${VM}/status/current`);
        assert.deepEqual([status.status, status.agent, status.qmpstatus], ["running", 1, "running"]);
        assert.deepEqual(await lab.data("POST", `${VM}/agent/ping`), { result: {} });
        const { result } = await lab.data<{ result: Record<string, unknown>[] }>(
            "GET",
            `${VM}/agent/network-get-interfaces`,
        );
        assert.equal(result[1]?.name, "host0");
        assert.deepEqual(result[1]?.["ip-addresses"], [
            { "ip-address": "10.77.0.101", "ip-address-type": "ipv4", prefix: 24 },
        ]);
        assert.equal((await lab.task("POST", `${VM}/status/stop`)).exitstatus, "OK");
        assert.equal(
            (await lab.task("DELETE", `${VM}/`, { purge: 1, "destroy-unreferenced-disks": 1 })).exitstatus,
            "OK",
        );
        const { reason } = await lab.call("GET", `${VM}/status/current`);
        assert.equal(reason, "Configuration file 'nodes/pve1/qemu-server/101.conf' does not exist");
        assert.deepEqual([...lab.hypervisor.disks.keys()], [9000, 9001]);
    });

    it("shows the lock while the clone is made", async () => {
        lab.hypervisor.cloneTime = 50;
        const upid = await lab.data<string>("POST", "/nodes/pve1/qemu/9000/clone", { newid: 101, full: 1 });
        assert.equal((await lab.data("GET", `${VM}/status/current`)).lock, "clone");
        await lab.ended(upid);
        assert.equal((await lab.data("GET", `${VM}/status/current`)).lock, undefined);
    });

    it("gives a clone volumes, addresses and a name of its own, and no template flag", async () => {
        const { net0 } = await lab.config(9000);
        await lab.task("POST", "/nodes/pve1/qemu/9000/clone", { newid: 101, full: 1, name: "vrrp1" });
        const config = await lab.config(101);
        assert.equal(config.name, "vrrp1");
        assert.equal(config.template, undefined);
        assert.equal(config.scsi0, "local-lvm:vm-101-disk-0,size=3G");
        assert.equal(config.ide2, "local-lvm:vm-101-cloudinit,media=cdrom,size=4M");
        assert.match(String(config.net0), /^virtio=BC:24:11(:[0-9A-F]{2}){3},bridge=vmbr0$/);
        assert.notEqual(config.net0, net0);
    });

    it("starts the machine with what the configuration says at that moment", async () => {
        const key = `${PUBLIC_KEY} ops@lab`;
        await lab.clone(101, {
            cores: 2,
            memory: 2048,
            ciuser: "ops",
            cipassword: "secret",
            sshkeys: encodeURIComponent(`${key}\n`),
            nameserver: "10.77.0.1 1.1.1.1",
            searchdomain: "lab.internal",
        });
        const { net0 } = await lab.config(101);
        await lab.task("POST", `${VM}/status/start`);
        assert.deepEqual(lab.hypervisor.starts[0], {
            vmid: 101,
            macAddress: String(net0).slice("virtio=".length).replace(/,.*/, ""),
            cores: 2,
            memoryMiB: 2048,
            cloudInit: {
                hostname: "vrrp101",
                user: "ops",
                password: "secret",
                sshKeys: [key],
                address: "10.77.0.101/24",
                gateway: "10.77.0.1",
                nameservers: ["10.77.0.1", "1.1.1.1"],
                searchDomain: "lab.internal",
                upgrade: true,
            },
        });
    });

    it("applies a change of memory at the next start only", async () => {
        await lab.clone(101);
        await lab.task("POST", `${VM}/status/start`);
        await lab.data("PUT", `${VM}/config`, { memory: 4096 });
        assert.equal(lab.hypervisor.running.get(101)?.memoryMiB, 1024);
        await lab.task("POST", `${VM}/status/reboot`);
        assert.equal(lab.hypervisor.running.get(101)?.memoryMiB, 4096);
    });

    it("warns when no static address is given, since nothing serves DHCP", async () => {
        await lab.clone(101, { ipconfig0: "ip=dhcp" });
        const { exitstatus, log } = await lab.task("POST", `${VM}/status/start`);
        assert.equal(exitstatus, "WARNINGS: 1");
        assert.ok(
            log.some((line) => line.startsWith("WARN: ") && line.includes("DHCP")),
            'log.some((line) => line.startsWith("WARN: ") && line.includes("DHCP"))',
        );
    });

    it("refuses to delete a running VM", async () => {
        await lab.clone(101);
        await lab.task("POST", `${VM}/status/start`);
        const { status, reason } = await lab.call("DELETE", VM);
        assert.deepEqual([status, reason], [500, "VM 101 is running - destroy failed"]);
    });

    it("refuses to delete a protected VM", async () => {
        await lab.clone(101, { protection: 1 });
        assert.equal((await lab.call("DELETE", VM)).reason, "can't remove VM 101 - protection mode enabled");
    });

    it("says why the agent does not answer", async () => {
        await lab.clone(101);
        assert.equal((await lab.call("POST", `${VM}/agent/ping`)).reason, "VM 101 is not running");
        await lab.task("POST", `${VM}/status/start`);
        lab.hypervisor.agentless.add(101);
        assert.equal(
            (await lab.call("GET", `${VM}/agent/network-get-interfaces`)).reason,
            "QEMU guest agent is not running",
        );
        await lab.data("PUT", `${VM}/config`, { agent: "enabled=0" });
        assert.equal((await lab.call("POST", `${VM}/agent/ping`)).reason, "No QEMU guest agent configured");
    });

    it("fails a second start, with the message the provider takes for success", async () => {
        await lab.clone(101);
        await lab.task("POST", `${VM}/status/start`);
        assert.equal((await lab.task("POST", `${VM}/status/start`)).exitstatus, "VM 101 already running");
    });

    it("fails the start when the hypervisor does, with its message in the task's log", async () => {
        await lab.clone(101);
        lab.hypervisor.startFailure = new Error("no space left");
        const { exitstatus, log } = await lab.task("POST", `${VM}/status/start`);
        assert.equal(exitstatus, "start failed: no space left");
        assert.equal(log.at(-1), "TASK ERROR: start failed: no space left");
    });

    it("fails the start of a VM on a bridge the nodes do not have", async () => {
        await lab.clone(101, { net0: "model=virtio,bridge=vmbr7" });
        assert.equal((await lab.task("POST", `${VM}/status/start`)).exitstatus, "bridge 'vmbr7' does not exist");
    });

    it("does not start a template", async () => {
        assert.equal(
            (await lab.task("POST", "/nodes/pve1/qemu/9000/status/start")).exitstatus,
            "you can't start a vm if it's a template",
        );
    });

    it("gives up a shutdown the guest ignores, unless it may stop it by force", async () => {
        await lab.clone(101);
        await lab.task("POST", `${VM}/status/start`);
        lab.hypervisor.deaf.add(101);
        const given = await lab.task("POST", `${VM}/status/shutdown`, { timeout: 0, forceStop: 0 });
        assert.equal(given.exitstatus, "VM quit/powerdown failed - got timeout");
        assert.equal((await lab.data("GET", `${VM}/status/current`)).status, "running");
        assert.equal((await lab.task("POST", `${VM}/status/shutdown`, { timeout: 0, forceStop: 1 })).exitstatus, "OK");
        assert.equal((await lab.data("GET", `${VM}/status/current`)).status, "stopped");
    });

    it("proposes the next free id and refuses a taken one", async () => {
        assert.equal(await lab.data("GET", "/cluster/nextid"), "100");
        assert.equal(await lab.data("GET", "/cluster/nextid", { vmid: 200 }), "200");
        const { status, errors } = await lab.call("GET", "/cluster/nextid", { vmid: 9000 });
        assert.deepEqual([status, errors], [400, { vmid: "VM 9000 already exists" }]);
    });

    it("lists VMs with whole numbers", async () => {
        await lab.clone(101, { cores: 2, tags: "b;a" });
        await lab.sampled();
        const resources = await lab.data<Record<string, unknown>[]>("GET", "/cluster/resources", { type: "vm" });
        const found = resources.find(({ vmid }) => vmid === 101);
        assert.deepEqual(
            [found?.id, found?.node, found?.status, found?.maxcpu, found?.maxmem, found?.maxdisk, found?.tags],
            ["qemu/101", "pve1", "stopped", 2, 1024 ** 3, 3 * 1024 ** 3, "a;b"],
        );
    });

    it("knows pools and their members", async () => {
        await lab.data("POST", "/pools", { poolid: "lb" });
        await lab.task("POST", "/nodes/pve1/qemu/9000/clone", { newid: 101, pool: "lb" });
        const members = async (): Promise<unknown> =>
            (await lab.data<{ members: { id: string }[] }[]>("GET", "/pools", { poolid: "lb" }))[0]?.members.map(
                ({ id }) => id,
            );
        assert.deepEqual(await members(), ["qemu/101"]);
        await lab.data("PUT", "/pools?poolid=lb", { vms: 101, delete: 1 });
        assert.deepEqual(await members(), []);
        assert.equal((await lab.call("GET", "/pools", { poolid: "x" })).reason, "pool 'x' does not exist");
    });
});
