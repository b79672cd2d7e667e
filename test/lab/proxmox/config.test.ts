import assert from "node:assert/strict";
import { PUBLIC_KEY } from "../../components/support";
import { FakeProxmoxServer } from "./fakeProxmoxServer";

const VM = "/nodes/pve1/qemu/101";
const GIB = 1024 ** 3;

/** What is returned must be what PVE would return: every difference is a change in each preview. */
describe("fake Proxmox: configuration", () => {
    let lab: FakeProxmoxServer;
    const put = (values: Record<string, string | number>): Promise<unknown> => lab.data("PUT", `${VM}/config`, values);
    beforeEach(async () => {
        lab = await FakeProxmoxServer.start();
        await lab.clone(101);
    });
    afterEach(() => lab.stop());

    it("keeps a disk's size and volume when its options are set, whatever trails the value", async () => {
        await put({ scsi0: "file=local-lvm:vm-101-disk-0,size=3221225472,iothread=1,discard=on,aio=io_uring," });
        assert.equal(
            (await lab.config(101)).scsi0,
            "local-lvm:vm-101-disk-0,aio=io_uring,discard=on,iothread=1,size=3G",
        );
        await put({ scsi0: "file=local-lvm:vm-101-disk-0,iothread=1" });
        assert.equal((await lab.config(101)).scsi0, "local-lvm:vm-101-disk-0,iothread=1,size=3G");
    });

    it("allocates a blank disk of so many GiB", async () => {
        await put({ scsi1: `file=local-lvm:8,size=${8 * GIB},cache=none` });
        assert.equal((await lab.config(101)).scsi1, "local-lvm:vm-101-disk-1,cache=none,size=8G");
    });

    it("takes a new disk size in bytes and shows it in the largest whole unit", async () => {
        const resize = (size: string | number): Promise<{ exitstatus: string }> =>
            lab.task("PUT", `${VM}/resize`, { disk: "scsi0", size });
        await resize(20 * GIB);
        assert.match(String((await lab.config(101)).scsi0), /size=20G$/);
        await resize("+512M");
        assert.match(String((await lab.config(101)).scsi0), /size=20992M$/);
        assert.equal((await resize("5G")).exitstatus, "shrinking disks is not supported");
        assert.equal(
            (await lab.task("PUT", `${VM}/resize`, { disk: "scsi7", size: 1 })).exitstatus,
            "disk 'scsi7' does not exist",
        );
    });

    it("makes a cloud-init drive and an empty CD drive of their short forms", async () => {
        await put({ delete: "ide2" });
        await put({ ide0: "file=local-lvm:cloudinit,", ide3: "file=none,media=cdrom," });
        const config = await lab.config(101);
        assert.equal(config.ide0, "local-lvm:vm-101-cloudinit,media=cdrom");
        assert.equal(config.ide3, "none,media=cdrom");
        assert.equal(config.ide2, undefined);
        assert.equal(config.unused0, undefined);
    });

    it("does not move the cloud-init drive in one call", async () => {
        const { reason } = await lab.call("PUT", `${VM}/config`, { delete: "ide2", ide0: "local-lvm:cloudinit" });
        assert.equal(reason, "ide0 - cloud-init drive is already attached at 'ide2'");
    });

    it("keeps a removed disk as unused until that is removed too", async () => {
        await put({ scsi1: "local-lvm:4" });
        await put({ delete: "scsi1" });
        assert.equal((await lab.config(101)).unused0, "local-lvm:vm-101-disk-1");
        await put({ scsi2: "local-lvm:vm-101-disk-1" });
        await put({ delete: "scsi2" });
        await put({ delete: "unused0,unused1" });
        assert.deepEqual(
            Object.keys(await lab.config(101)).filter((key) => /unused|scsi\d/.test(key)),
            ["scsi0"],
        );
        assert.match(
            (await lab.call("PUT", `${VM}/config`, { scsi1: "local-lvm:vm-101-disk-1" })).reason,
            /does not exist$/,
        );
    });

    it("gives a NIC an address when none is given, keeps the one that is, and never derives it from the id", async () => {
        await put({ net0: "model=virtio,bridge=vmbr0,firewall=0" });
        const first = String((await lab.config(101)).net0);
        assert.match(first, /^virtio=BC:24:11(:[0-9A-F]{2}){3},bridge=vmbr0,firewall=0$/);
        const mac = first.slice("virtio=".length).replace(/,.*/, "");
        await put({ net0: `model=virtio,bridge=vmbr0,firewall=0,macaddr=${mac},tag=20` });
        assert.equal((await lab.config(101)).net0, `virtio=${mac},bridge=vmbr0,firewall=0,tag=20`);
        await lab.task("DELETE", VM);
        await lab.clone(101);
        assert.ok(
            !String((await lab.config(101)).net0).includes(mac),
            "!String((await lab.config(101)).net0).includes(mac)",
        );
    });

    it("gives SSH keys back as they were sent, still percent-encoded", async () => {
        const sshkeys = encodeURIComponent(`${PUBLIC_KEY} ops@lab\n\n${PUBLIC_KEY.replace("IAAA", "IA+/")} eve`);
        await put({ sshkeys });
        assert.equal((await lab.config(101)).sshkeys, sshkeys);
        for (const broken of [PUBLIC_KEY.slice(0, -8), PUBLIC_KEY.replace("ed25519 ", "rsa "), "key"]) {
            const both = encodeURIComponent(`${PUBLIC_KEY}\n${broken}`);
            assert.equal(
                (await lab.call("PUT", `${VM}/config`, { sshkeys: both })).reason,
                "SSH public key validation error",
            );
            const { reason } = await lab.call("POST", "/nodes/pve1/qemu", { vmid: 110, sshkeys: both });
            assert.equal(reason, "SSH public key validation error");
        }
        assert.equal((await lab.config(101)).sshkeys, sshkeys);
        assert.deepEqual((await lab.call("PUT", `${VM}/config`, { sshkeys: "ssh-ed25519 AAAA" })).errors, {
            sshkeys: "invalid format - invalid urlencoded string: ssh-ed25519 AAAA\n",
        });
    });

    it("gives numbers for integers and booleans, and strings for the rest", async () => {
        await put({ cores: 2, sockets: 1, numa: 0, balloon: 0, onboot: "1" });
        await put({ memory: 1024, cpu: "x86-64-v2-AES", agent: "enabled=1,type=virtio" });
        const { cores, sockets, numa, balloon, onboot, memory, cpu, agent } = await lab.config(101);
        assert.deepEqual([cores, sockets, numa, balloon, onboot], [2, 1, 0, 0, 1]);
        assert.deepEqual([memory, cpu, agent], ["1024", "x86-64-v2-AES", "enabled=1,type=virtio"]);
    });

    it("sorts tags, masks the password and ignores options to delete that are not there", async () => {
        await put({ tags: "lab;K8s;lab", cipassword: "secret", description: "x" });
        await put({ delete: "net1,net31,serial1,description" });
        const { tags, cipassword, description } = await lab.config(101);
        assert.deepEqual([tags, cipassword, description], ["k8s;lab", "**********", undefined]);
    });

    it("does not both set and delete an option", async () => {
        const { errors } = await lab.call("PUT", `${VM}/config`, { ide3: "none", delete: "ide3" });
        assert.deepEqual(errors, { delete: "you can't use '-ide3' and -delete ide3' at the same time" });
    });

    it("changes nothing when one part of a change is refused", async () => {
        const before = await lab.config(101);
        await lab.call("PUT", `${VM}/config`, { memory: 4096, scsi1: "nowhere:8" });
        assert.deepEqual(await lab.config(101), before);
    });
});
