import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { storageCommands } from "../../../proving-ground/lab/proxmox/access/documented";
import { type EndedTask, FakeProxmoxServer } from "./fakeProxmoxServer";

const FILE = "debian-12.lab.qcow2";
const TEXT = "ha-api-lab root file system: debian-12\n";

describe("fake Proxmox: cloud images", () => {
    let lab: FakeProxmoxServer;
    beforeEach(async () => (lab = await FakeProxmoxServer.start()));
    afterEach(() => lab.stop());

    function download(values: Record<string, string> = {}): Promise<EndedTask> {
        const given = { content: "import", filename: FILE, url: lab.imageUrl, "verify-certificates": 1, ...values };
        return lab.task("POST", "/nodes/pve1/storage/local/download-url", given);
    }

    function create(image: string): Promise<EndedTask> {
        return lab.task("POST", "/nodes/pve1/qemu", {
            vmid: 110,
            name: "vrrp1",
            memory: 1024,
            scsi0: `file=local-lvm:0,import-from=${image},size=21474836480,aio=io_uring,iothread=1`,
            ide2: "file=local-lvm:cloudinit,",
            net0: "model=virtio,bridge=vmbr0,firewall=0",
            ipconfig0: "ip=10.77.0.110/24",
        });
    }

    async function files(): Promise<string[]> {
        const content = await lab.data<{ volid: string }[]>("GET", "/nodes/pve1/storage/local/content", {
            content: "import",
        });
        return content.map(({ volid }) => volid);
    }

    it("says what a URL would give", async () => {
        const found = await lab.data("GET", "/nodes/pve1/query-url-metadata", { url: lab.imageUrl });
        assert.deepEqual(found, { filename: FILE, size: TEXT.length, mimetype: "application/octet-stream" });
        const { reason } = await lab.call("GET", "/nodes/pve1/query-url-metadata", { url: `${lab.imageUrl}.gone` });
        assert.equal(reason, "invalid server response: '404 Not Found'");
    });

    it("downloads an image, to that node only, and creates a VM from it that starts", async () => {
        const checksum = createHash("sha256").update(TEXT).digest("hex");
        assert.equal((await download({ checksum, "checksum-algorithm": "sha256" })).exitstatus, "OK");
        assert.deepEqual(await files(), [`local:import/${FILE}`]);
        assert.deepEqual(await lab.data("GET", "/nodes/pve2/storage/local/content", { content: "import" }), []);
        assert.equal((await create(`local:import/${FILE}`)).exitstatus, "OK");
        const config = await lab.config(110);
        assert.equal(config.scsi0, "local-lvm:vm-110-disk-0,aio=io_uring,iothread=1,size=3G");
        assert.equal(config.boot, "order=scsi0;ide2;net0");
        assert.equal(lab.hypervisor.disks.get(110), "debian-12");
        assert.equal((await lab.task("POST", "/nodes/pve1/qemu/110/status/start")).exitstatus, "OK");
    });

    it("fails a download with a wrong checksum and leaves no file", async () => {
        const { exitstatus } = await download({ checksum: "0".repeat(64), "checksum-algorithm": "sha256" });
        assert.match(exitstatus, /^checksum mismatch: got '[0-9a-f]{64}' != expect '0{64}'/);
        assert.deepEqual(await files(), []);
    });

    it("fails a download of what is no image, though its checksum is right, and leaves no file", async () => {
        const text = "<html>moved</html>";
        const site = createServer((_, response) => response.end(text)).listen(0, "127.0.0.1");
        try {
            await once(site, "listening");
            const { exitstatus } = await download({
                url: `http://127.0.0.1:${(site.address() as AddressInfo).port}/${FILE}`,
                checksum: createHash("sha256").update(text).digest("hex"),
                "checksum-algorithm": "sha256",
            });
            assert.equal(exitstatus, "failed to query file information with qemu-img");
            assert.deepEqual(readdirSync(join(lab.directory, "storage/pve1/local/import")), []);
        } finally {
            site.close();
        }
    });

    it("lists no file that is still being downloaded", async () => {
        writeFileSync(join(lab.directory, `storage/pve1/local/import/${FILE}.tmp_dwnl.4711`), TEXT);
        assert.deepEqual(await files(), []);
    });

    it("says of another file of that name that it aborts, and of one that came that it is wrong", async () => {
        writeFileSync(join(lab.directory, "storage/pve1/local/import", FILE), "another");
        const wrong = { checksum: "0".repeat(64), "checksum-algorithm": "sha256" };
        assert.match((await download(wrong)).exitstatus, /^checksum mismatch: got '\w+' != expect '0{64}', aborting$/);
        assert.match((await download({ ...wrong, filename: "b.qcow2" })).exitstatus, /!= expect '0{64}'$/);
    });

    it("takes no .ovf, which is for people who put it there themselves", async () => {
        const given = { content: "import", filename: "vm.ovf", url: lab.imageUrl };
        const { errors } = await lab.call("POST", "/nodes/pve1/storage/local/download-url", given);
        assert.deepEqual(errors, { filename: "invalid filename or wrong extension" });
        writeFileSync(join(lab.directory, "storage/pve1/local/import/vm.ovf"), "<Envelope/>");
        assert.deepEqual(await files(), ["local:import/vm.ovf"]);
    });

    it("does not overwrite a file", async () => {
        await download();
        assert.equal((await download()).exitstatus, `refusing to override existing file '/var/lib/vz/import/${FILE}'`);
    });

    it("deletes a file", async () => {
        await download();
        const volid = encodeURIComponent(`local:import/${FILE}`);
        assert.equal((await lab.task("DELETE", `/nodes/pve1/storage/local/content/${volid}`)).exitstatus, "OK");
        assert.deepEqual(await files(), []);
    });

    it("refuses a file name that is no image's, and a storage that holds no such files", async () => {
        const path = "/nodes/pve1/storage/local/download-url";
        const given = { content: "import", filename: "x.txt", url: lab.imageUrl };
        assert.deepEqual((await lab.call("POST", path, given)).errors, {
            filename: "invalid filename or wrong extension",
        });
        const { reason } = await lab.call("POST", path.replace("local", "local-lvm"), { ...given, filename: FILE });
        assert.equal(reason, "storage 'local-lvm' is not configured for content-type 'import'");
    });

    it("takes no image on a fresh 8.4 before the document's command was typed", async () => {
        const reason = async (commands: string[]): Promise<string> => {
            const old = await FakeProxmoxServer.start({ version: "8.4", commands });
            try {
                const given = { content: "import", filename: FILE, url: old.imageUrl };
                return (await old.call("POST", "/nodes/pve1/storage/local/download-url", given)).reason;
            } finally {
                await old.stop();
            }
        };
        assert.equal(await reason([]), "storage 'local' is not configured for content-type 'import'");
        assert.equal(await reason(storageCommands("8.4")), "OK");
    });

    it("refuses to import what is no image, and leaves no VM behind", async () => {
        writeFileSync(join(lab.directory, "storage/pve1/local/import/bad.qcow2"), "<html>404</html>");
        const { exitstatus } = await create("local:import/bad.qcow2");
        assert.equal(
            exitstatus,
            "unable to create VM 110 - qemu-img: Could not open '/var/lib/vz/import/bad.qcow2': Image is not " +
                "in qcow2 format",
        );
        assert.match((await lab.call("GET", "/nodes/pve1/qemu/110/config")).reason, /does not exist$/);
    });

    it("refuses to import a file that is not there, and an image of a root file system that does not exist", async () => {
        const { exitstatus } = await create("local:import/none.qcow2");
        assert.equal(exitstatus, "unable to create VM 110 - volume 'local:import/none.qcow2' does not exist");
        writeFileSync(join(lab.directory, "storage/pve1/local/import/other.qcow2"), TEXT.replace("12", "99"));
        assert.match((await create("local:import/other.qcow2")).exitstatus, /debian-99/);
    });
});
