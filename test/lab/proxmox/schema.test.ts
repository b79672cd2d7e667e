/** What a call may bring along, in Proxmox' own words: the texts are those of its JSONSchema.pm, line ends included. */
import assert from "node:assert/strict";
import { type Version, VERSIONS } from "../../../proving-ground/lab/proxmox/access/privileges";
import { PUBLIC_KEY } from "../../components/support";
import { type Answer, FakeProxmoxServer, type Values } from "./fakeProxmoxServer";

const VM = "/nodes/pve1/qemu/101";
const CONFIG = `${VM}/config`;
const CLONE = "/nodes/pve1/qemu/9000/clone";
const DOWNLOAD = "/nodes/pve1/storage/local/download-url";
const UNKNOWN = "property is not defined in schema and the schema does not allow additional properties";
const MISSING = "property is missing and it is not optional";
const malformed = (text: string): string => `invalid format - ${text}\n`;
const inString = (key: string, text: string): string => malformed(`format error\n${key}: ${text}`);

type Case = [method: string, path: string, values: Values, errors: Record<string, string>];

describe("fake Proxmox: parameters of a call", () => {
    let lab: FakeProxmoxServer;
    before(async () => {
        lab = await FakeProxmoxServer.start();
        await lab.clone(101);
    });
    after(() => lab.stop());

    const put = (values: Values, errors: Record<string, string>): Case => ["PUT", CONFIG, values, errors];
    const group = (what: string, cases: Case[]): void => {
        describe(what, () => {
            for (const [method, path, values, errors] of cases) {
                it(`${method} ${path} ${JSON.stringify(values)}`, async () => {
                    assert.deepEqual(refusal(await lab.call(method, path, values)), [400, null, errors]);
                });
            }
        });
    };

    function refusal({ status, reason, message, data, errors }: Answer): unknown[] {
        assert.deepEqual([reason, message], ["Parameter verification failed.", "Parameter verification failed.\n"]);
        return [status, data, errors];
    }

    group("that it does not know", [
        put({ colour: "red" }, { colour: UNKNOWN }),
        put({ net32: "virtio" }, { net32: UNKNOWN }),
        ["POST", "/nodes/pve1/qemu", { vmid: 102, colour: "red" }, { colour: UNKNOWN }],
        ["POST", CLONE, { newid: 102, colour: "red" }, { colour: UNKNOWN }],
        ["PUT", `${VM}/resize`, { disk: "scsi0", size: "9G", colour: "red" }, { colour: UNKNOWN }],
        ["PUT", `${VM}/cloudinit`, { colour: "red" }, { colour: UNKNOWN }],
        ["POST", `${VM}/status/start`, { forceStop: 1 }, { forceStop: UNKNOWN }],
        ["POST", `${VM}/status/reboot`, { forceStop: 1 }, { forceStop: UNKNOWN }],
        ["POST", `${VM}/migrate`, { target: "pve2", storage: "local-lvm" }, { storage: UNKNOWN }],
        ["POST", `${VM}/agent/ping`, { timeout: 3 }, { timeout: UNKNOWN }],
        ["POST", "/pools", { poolid: "lb", vms: "101" }, { vms: UNKNOWN }],
        ["GET", CONFIG, { pending: 1 }, { pending: UNKNOWN }],
        ["GET", "/cluster/resources", { node: "pve1" }, { node: UNKNOWN }],
        ["DELETE", VM, { force: 1 }, { force: UNKNOWN }],
    ]);

    group("of another type", [
        put({ cores: "two" }, { cores: "type check ('integer') failed - got 'two'" }),
        put({ cpulimit: "half" }, { cpulimit: "type check ('number') failed - got 'half'" }),
        // Other spellings of a truth are for property strings.
        put({ onboot: "yes" }, { onboot: "type check ('boolean') failed - got 'yes'" }),
        ["POST", CLONE, { newid: "next" }, { newid: "type check ('integer') failed - got 'next'" }],
        ["GET", "/nodes/pve1/qemu/one/config", {}, { vmid: "type check ('integer') failed - got 'one'" }],
    ]);

    group("out of range", [
        put({ cores: 0 }, { cores: "value must have a minimum value of 1" }),
        put({ cpulimit: 129 }, { cpulimit: "value must have a maximum value of 128" }),
        put({ digest: "x".repeat(41) }, { digest: "value may only be 40 characters long" }),
        put({ memory: 8 }, { memory: inString("memory.current", "value must have a minimum value of 16") }),
        ["POST", CLONE, { newid: 99 }, { newid: malformed("value does not look like a valid VM ID") }],
        ["POST", `${VM}/status/shutdown`, { timeout: -1 }, { timeout: "value must have a minimum value of 0" }],
    ]);

    group("of another form", [
        put({ serial0: "ttyS0" }, { serial0: "value does not match the regex pattern" }),
        put({ bios: "uefi" }, { bios: "value 'uefi' does not have a value in the enumeration 'seabios, ovmf'" }),
        put({ name: "lb_1" }, { name: malformed("value does not look like a valid DNS name") }),
        put({ tags: "lab;no good!" }, { tags: malformed("invalid characters in tag") }),
        put(
            { nameserver: "10.0.0.1 dns_1" },
            { nameserver: malformed("value does not look like a valid address: dns_1") },
        ),
        put({ sshkeys: "ssh-ed25519 A" }, { sshkeys: malformed("invalid urlencoded string: ssh-ed25519 A") }),
        put({ startup: "first" }, { startup: malformed("unable to parse startup options") }),
        ["PUT", `${VM}/resize`, { disk: "scsi0", size: "9GB" }, { size: "value does not match the regex pattern" }],
        [
            "POST",
            `${VM}/migrate`,
            { target: "pve_2" },
            { target: malformed("value does not look like a valid node name") },
        ],
        [
            "GET",
            "/nodes/pve1/query-url-metadata",
            { url: "ftp://a/b" },
            { url: "value does not match the regex pattern" },
        ],
        [
            "POST",
            DOWNLOAD,
            { content: "images", filename: "a.qcow2", url: "http://a/b" },
            { content: "value 'images' does not have a value in the enumeration 'iso, vztmpl, import'" },
        ],
    ]);

    group("that is missing", [
        ["POST", "/nodes/pve1/qemu", { cores: 1 }, { vmid: MISSING }],
        ["POST", CLONE, {}, { newid: MISSING }],
        ["POST", `${VM}/migrate`, {}, { target: MISSING }],
        ["PUT", `${VM}/resize`, {}, { disk: MISSING, size: MISSING }],
        ["POST", DOWNLOAD, { content: "import", filename: "a.qcow2" }, { url: MISSING }],
        put({ force: 1 }, { delete: "missing property required by 'force'" }),
        [
            "POST",
            DOWNLOAD,
            { content: "import", filename: "a.qcow2", url: "http://a/b", checksum: "00" },
            { "checksum-algorithm": "missing property required by 'checksum'" },
        ],
    ]);

    group("in a property string", [
        put({ net0: "bridge=vmbr0" }, { net0: inString("net0.model", MISSING) }),
        put(
            { net0: "virtio,bridge=vmbr0,vlan=7" },
            { net0: malformed("invalid key in comma-separated list property: vlan") },
        ),
        put(
            { net0: "virtio,bridge=vmbr0,tag=4095" },
            { net0: inString("net0.tag", "value must have a maximum value of 4094") },
        ),
        put(
            { net0: "virtio=01:24:11:00:00:01" },
            { net0: inString("net0.macaddr", malformed("value does not look like a valid unicast MAC address")) },
        ),
        put({ net0: "virtio,tag=1,tag=2" }, { net0: malformed("duplicate key in comma-separated list property: tag") }),
        put(
            { net0: "virtio=BC:24:11:00:00:01,model=e1000" },
            { net0: malformed("duplicate key in comma-separated list property: model") },
        ),
        put(
            { ipconfig0: "ip=10.77.0.101" },
            {
                ipconfig0: inString(
                    "ipconfig0.ip",
                    malformed("value does not look like a valid ipv4 network configuration"),
                ),
            },
        ),
        put(
            { ipconfig0: "gw=10.77.0.1" },
            { ipconfig0: inString("ipconfig0.ip", "missing property required by 'ipconfig0.gw'") },
        ),
        put(
            { scsi1: "local-lvm:8,cache=fast" },
            {
                scsi1: inString(
                    "scsi1.cache",
                    "value 'fast' does not have a value in the enumeration 'none, writethrough, writeback, unsafe, directsync'",
                ),
            },
        ),
        put({ scsi1: "disk-1" }, { scsi1: inString("scsi1.file", malformed("unable to parse volume ID 'disk-1'")) }),
        // An option of SCSI disks.
        put(
            { sata0: "local-lvm:8,iothread=1" },
            { sata0: malformed("invalid key in comma-separated list property: iothread") },
        ),
        put({ agent: "type=virtio" }, { agent: inString("agent.enabled", MISSING) }),
        put(
            { cpu: "x86-64-v2-AEX" },
            { cpu: malformed("Built-in cputype 'x86-64-v2-AEX' is not defined (missing 'custom-' prefix?)") },
        ),
        put(
            { cpu: "host,flags=+vmx" },
            {
                cpu: malformed(
                    "VM-specific CPU flags must be a subset of: nested-virt, md-clear, pcid, spec-ctrl, ssbd, ibpb, virt-ssbd, " +
                        "amd-ssbd, amd-no-ssb, pdpe1gb, hv-tlbflush, hv-evmcs, aes",
                ),
            },
        ),
        put({ boot: "order=scsi0;disk1" }, { boot: inString("boot.order", malformed("invalid boot device 'disk1'")) }),
        put(
            { vga: "serial4" },
            {
                vga: inString(
                    "vga.type",
                    "value 'serial4' does not have a value in the enumeration 'cirrus, qxl, qxl2, qxl3, qxl4, none, serial0, " +
                        "serial1, serial2, serial3, std, virtio, virtio-gl, vmware'",
                ),
            },
        ),
    ]);

    group("together with others", [
        put({ delete: "net1,colour" }, { delete: "unknown option 'colour'" }),
        put(
            { scsi1: "local-lvm:8,import-from=local:import/a.qcow2" },
            { scsi1: "'import-from' requires special syntax - use <storage ID>:0,import-from=<source>" },
        ),
        put({ ide0: "local:iso/a.iso" }, { ide0: "explicit 'media=cdrom' is required for iso images" }),
        put({ cdrom: "none", ide2: "none" }, { cdrom: "option conflicts with 'ide2'" }),
        [
            "POST",
            "/nodes/pve1/qemu",
            { vmid: 102, scsi0: "local-lvm:0,import-from=local:iso/a.iso" },
            { scsi0: "local:iso/a.iso has wrong type 'iso' - needs to be 'images' or 'import'" },
        ],
        [
            "POST",
            "/nodes/pve1/qemu",
            { vmid: 102, scsi0: "local:8" },
            { storage: "storage 'local' does not support vm images" },
        ],
        put({ vmid: 102, cores: 1 }, { vmid: "duplicate parameter (already defined in URI) with conflicting values!" }),
        put({ skiplock: 1, cores: 1 }, { skiplock: "Only root may use this option." }),
        ["POST", `${VM}/status/stop`, { skiplock: 1 }, { skiplock: "Only root may use this option." }],
        // All at once, and none of them before the others.
        put(
            { cores: 0, bios: "uefi", colour: "red" },
            {
                cores: "value must have a minimum value of 1",
                bios: "value 'uefi' does not have a value in the enumeration 'seabios, ovmf'",
                colour: UNKNOWN,
            },
        ),
    ]);

    it("takes JSON, with truths and numbers as JSON has them, and a list as an array", async () => {
        const json = { "content-type": "application/json" };
        const change = (values: object): Promise<Answer> => lab.call("PUT", CONFIG, values as Values, json);
        assert.equal((await change({ onboot: true, cores: 2, ciupgrade: false, tags: ["b", "a"] })).status, 200);
        const { onboot, cores, ciupgrade, tags } = await lab.config(101);
        assert.deepEqual([onboot, cores, ciupgrade, tags], [1, 2, 0, "a;b"]);
        assert.deepEqual(refusal(await change({ cores: [1], balloon: true, name: { first: "a" } })), [
            400,
            null,
            {
                cores: "type check ('integer') failed - got ARRAY",
                balloon: "type check ('integer') failed - got JSON::PP::Boolean",
                name: "type check ('string') failed - got HASH",
            },
        ]);
        assert.deepEqual(refusal(await change({ colour: "red" })), [400, null, { colour: UNKNOWN }]);
    });

    it("says with 500 what is wrong beyond the form", async () => {
        const reason = async (values: Values): Promise<unknown[]> => {
            const answer = await lab.call("PUT", CONFIG, values);
            return [answer.status, answer.reason];
        };
        assert.deepEqual(await reason({}), [500, "no options specified"]);
        assert.deepEqual(await reason({ onboot: 1, digest: "00" }), [
            500,
            "checksum mismatch (file change by other user?)",
        ]);
        assert.deepEqual(await reason({ memory: 512, balloon: 1024 }), [
            500,
            "balloon value too large (must be smaller than assigned memory)",
        ]);
        const { digest } = await lab.config(101);
        assert.equal((await lab.call("PUT", CONFIG, { onboot: 1, digest: digest! })).status, 200);
    });

    it("refuses a body where there is none", async () => {
        const { status, reason } = await lab.call("DELETE", VM, {}, { "content-type": "application/json" });
        assert.deepEqual([status, reason], [501, "Unexpected content for method 'DELETE'"]);
    });
});

describe("fake Proxmox: parameters by release", () => {
    const OWN: Record<Version, Values> = {
        "8.4": { scsi1: "local-lvm:8,trans=auto" },
        "9.1": { "allow-ksm": 0, cpu: "host,flags=+nested-virt", machine: "q35,aw-bits=48" },
    };
    /** What the provider sends with a host of this project, and with one that is made of an image. */
    const SENT: Values = {
        acpi: 1,
        agent: "enabled=1,fstrim_cloned_disks=0,type=virtio",
        balloon: 0,
        bios: "seabios",
        boot: "order=scsi0;ide3",
        ciuser: "ops",
        ciupgrade: 0,
        cores: 2,
        cpu: "x86-64-v2-AES",
        delete: Array.from({ length: 31 }, (_, index) => `net${index + 1}`).join(),
        ide3: "file=none,media=cdrom,",
        ipconfig0: "gw=10.77.0.1,ip=10.77.0.101/24",
        keyboard: "en-us",
        memory: 2048,
        nameserver: "10.77.0.1 1.1.1.1",
        net0: "model=virtio,bridge=vmbr0,firewall=0,macaddr=BC:24:11:00:00:01,tag=20",
        numa: 0,
        onboot: 1,
        ostype: "l26",
        protection: 0,
        scsi0: "file=local-lvm:vm-101-disk-0,size=3221225472,aio=io_uring,backup=1,cache=none,discard=on,iothread=1,replicate=1,ssd=0,",
        scsihw: "virtio-scsi-single",
        serial0: "socket",
        sockets: 1,
        sshkeys: encodeURIComponent(`${PUBLIC_KEY} ops@lab\n`),
        tablet: 1,
        tags: "k8s;lab",
    };
    for (const version of Object.keys(VERSIONS) as Version[]) {
        describe(version, () => {
            let lab: FakeProxmoxServer;
            before(async () => {
                lab = await FakeProxmoxServer.start({ version });
                await lab.clone(101);
            });
            after(() => lab.stop());
            const statusOf = async (values: Values): Promise<number> => (await lab.call("PUT", CONFIG, values)).status;

            it("says so", async () => {
                const { release } = await lab.data<{ release: string }>("GET", "/version");
                assert.equal(release, version);
            });

            it("takes what the provider sends", async () => {
                assert.equal(await statusOf(SENT), 200);
                await lab.data("PUT", CONFIG, { delete: "ide2" });
                await lab.data("PUT", CONFIG, { ide2: "file=local-lvm:cloudinit," });
            });

            it("takes its own options and those of no other release", async () => {
                for (const [owner, options] of Object.entries(OWN))
                    for (const [name, value] of Object.entries(options))
                        assert.equal(
                            await statusOf({ [name]: value }),
                            owner === version ? 200 : 400,
                            `${name} ${owner}`,
                        );
            });
        });
    }
});
