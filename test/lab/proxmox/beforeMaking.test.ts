/**
 * What the component checks before it makes a VM, asked of the fake Proxmox with the token that docs/security.md
 * makes.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { proxmoxApi } from "../../../components/resources/proxmox/api";
import { beforeMaking } from "../../../components/resources/proxmox/beforeMaking";
import type { Wanted } from "../../../components/resources/proxmox/guests";
import { problemsOfTemplate } from "../../../components/resources/proxmox/template";
import { documentedCommands } from "../../../proving-ground/lab/proxmox/access/documented";
import { modelOf, virtualMachines, withValue } from "../../components/support";
import { afterMaking } from "../../../components/resources/proxmox/afterMaking";
import { DOCUMENTED, FakeProxmoxServer, TOKEN as ROOT } from "./fakeProxmoxServer";

const MARK = "Load balancer (ha-api/prod, kube-api-vrrp1-vm).";
const ADDRESS = "10.77.0.101/24";

describe("the checks before a VM is made", () => {
    let lab: FakeProxmoxServer;
    let output: string[];
    beforeEach(async () => {
        output = [];
        lab = await FakeProxmoxServer.start({ tokens: [DOCUMENTED], commands: documentedCommands().template });
    });
    afterEach(() => lab.stop());

    const machine = (key: string, value: unknown): Wanted["machine"] =>
        modelOf(
            withValue(
                withValue(virtualMachines(), "hosts[0].virtualMachine.vmId", 101),
                `hosts[0].virtualMachine.${key}`,
                value,
            ),
        ).hosts[0]!.virtualMachine!;
    const look = (wanted: Partial<Wanted> = {}): Promise<void> =>
        beforeMaking(
            proxmoxApi({ endpoint: lab.endpoint, apiToken: DOCUMENTED, insecure: true }),
            { name: "vrrp1", mark: MARK, address: ADDRESS, machine: machine("vmId", 101), others: "OTHERS", ...wanted },
            (text) => void output.push(text),
        );
    const cutOff = async (vmid: number, values: Record<string, string> = {}): Promise<void> =>
        void (await lab.task("POST", "/nodes/pve1/qemu/9000/clone", {
            newid: vmid,
            name: "vrrp1",
            description: MARK,
            ...values,
        }));
    const there = async (): Promise<number[]> =>
        (await lab.data<{ vmid: number }[]>("GET", "/cluster/resources", { type: "vm" }))
            .map(({ vmid }) => vmid)
            .sort();

    it("finds nothing in the way of a first one", async () => {
        const before = await there();
        await look();
        assert.deepEqual([await there(), output], [before, []]);
    });

    for (const [which, vmId] of [
        ["of its id", 101],
        ["of its name, where Proxmox chooses the id", undefined],
    ] as const) {
        it(`removes a clone ${which} that was cut off before it got its settings, and says so`, async () => {
            await cutOff(101);
            await look({ machine: machine("vmId", vmId) });
            assert.deepEqual(await there(), [9000, 9001]);
            assert.match(output.join(), /^vrrp1: the VM 101 on pve1, which an earlier run cloned .* was removed/);
        });
    }

    const KEPT: [what: string, values: Record<string, string>, settings: Record<string, string>][] = [
        ["of another stack", { description: "Load balancer (ha-api/test, kube-api-vrrp1-vm)." }, {}],
        ["of another name", { name: "db1" }, {}],
        ["that has its settings", {}, { ipconfig0: `gw=10.77.0.1,ip=${ADDRESS}` }],
    ];
    for (const [what, values, settings] of KEPT) {
        it(`keeps a stopped VM ${what}`, async () => {
            await cutOff(101, values);
            await lab.data("PUT", "/nodes/pve1/qemu/101/config", { onboot: 1, ...settings });
            await look();
            assert.deepEqual(await there(), [101, 9000, 9001]);
            assert.deepEqual(output, []);
        });
    }

    it("keeps one that runs", async () => {
        await cutOff(101);
        await lab.task("POST", "/nodes/pve1/qemu/101/status/start");
        await look();
        assert.deepEqual(await there(), [101, 9000, 9001]);
    });

    it("leaves one alone that Proxmox is at work on, and says to come back", async () => {
        lab.hypervisor.cloneTime = 60_000;
        await lab.data("POST", "/nodes/pve1/qemu/9000/clone", { newid: 101, name: "vrrp1", description: MARK });
        await assert.rejects(
            look(),
            /^Error: the VM 101 on pve1 is half made \(its lock: clone\)\. Run this again when .* qm unlock 101 && qm destroy 101$/,
        );
    });

    it("leaves one alone whose migration was cut off, until it is unlocked", async () => {
        await cutOff(101);
        await lab.lock(101, "pve1", "migrate");
        await assert.rejects(
            look(),
            /VM 101 on pve1.* is still being worked on by Proxmox \(migrate\)\. .* qm unlock 101 on pve1\.$/,
        );
        await lab.lock(101, "pve1", undefined);
        await look();
        assert.deepEqual(await there(), [9000, 9001]);
    });

    it("says when the node is offline, or none of the cluster", async () => {
        const elsewhere = (node: string) => look({ machine: { ...machine("node", node), vmId: 101 } });
        await assert.rejects(
            elsewhere("pve3"),
            /^Error: there is no node pve3; the cluster has pve1, pve2\. Set .* of vrrp1/,
        );
        lab.trouble("pve2");
        await assert.rejects(
            elsewhere("pve2"),
            /^Error: the node pve2, .* is offline\. Run this again .* Nothing was made\.$/,
        );
    });

    it("says of a VM that is there when its node is offline or it is locked, and lets the run go on", async () => {
        await lab.clone(101);
        await lab.lock(101, "pve1", "backup");
        await look();
        lab.trouble("pve1");
        await look();
        assert.match(
            output[0]!,
            /^vrrp1: its VM 101 on pve1 is locked \(backup\): .* run it again then, with --refresh\./,
        );
        assert.match(output[1]!, /^vrrp1: its VM 101 on pve1 is out of reach, .* meanwhile: OTHERS$/);
        assert.equal(output.length, 2);
    });

    it("does not take a VM for missing whose node has been off for so long that Proxmox lists it without a name", async () => {
        await lab.clone(101, { name: "vrrp1", description: MARK });
        const nameOnly = { machine: machine("vmId", undefined) };
        lab.trouble("pve1:long");
        await look(nameOnly);
        assert.match(
            output.join(),
            /^vrrp1: the node pve1 has been offline for so long .* \(101, .* meanwhile: OTHERS$/,
        );
    });

    for (const place of ["virtio0", "sata0"]) {
        it(`refuses a template with its system disk on ${place}, and accepts it when the input names that disk`, async () => {
            await lab.clone(9100);
            const path = "/nodes/pve1/qemu/9100/config";
            await lab.data("PUT", path, { delete: "scsi0" });
            await lab.data("PUT", path, { [place]: "local-lvm:vm-9100-disk-0", boot: `order=${place}`, template: 1 });
            const template = { vmId: 9100, node: "pve1" };
            await assert.rejects(
                look({ machine: machine("template", template) }),
                new RegExp(
                    `^Error: the template 9100 on pve1 has its system disk on ${place}, not on scsi0: a ` +
                        "clone would get a second, empty one\\. " +
                        "Set virtualMachine\\.diskInterface of vrrp1 \\(or " +
                        `virtualMachines\\.diskInterface\\) to ${place}\\. Nothing was made\\.$`,
                ),
            );
            await look({ machine: { ...machine("template", template), diskInterface: place } });
        });
    }

    /** A template with settings of its own, and a VM that is to be cloned from it. */
    async function odd(settings: Record<string, string>, wanted: Partial<Wanted["machine"]> = {}): Promise<void> {
        await lab.clone(9100);
        await lab.data("PUT", "/nodes/pve1/qemu/9100/config", { ...settings, template: 1 });
        const source = { kind: "template" as const, vmId: 9100, node: "pve1", linked: false };
        await look({ machine: { ...machine("vmId", 101), source, ...wanted } });
    }
    const linked = (vmId: number, node: string): Wanted["machine"]["source"] => ({
        kind: "template",
        vmId,
        node,
        linked: true,
    });

    const ODD: [what: string, settings: Record<string, string>, wanted: Partial<Wanted["machine"]>, says: RegExp][] = [
        ["a second disk", { scsi1: "local-lvm:4" }, {}, /more than one disk \(scsi0, scsi1\): .* would be detached/],
        [
            "a login user of its own",
            { cicustom: "user=local:snippets/u.yaml,vendor=local:snippets/v.yaml" },
            {},
            /cicustom: user=local:snippets\/u\.yaml\): a clone could not be logged in to/,
        ],
        ["an address of a second device", { ipconfig1: "ip=10.9.9.9/24" }, {}, /\(ipconfig1\).*--delete ipconfig1\)/],
        [
            "two of these",
            { ipconfig1: "ip=10.9.9.9/24", scsi1: "local-lvm:4" },
            {},
            /^Error: the template 9100 on pve1 has more than one disk .*; and it has addresses .*\. Nothing was made\.$/,
        ],
        [
            "its disk on another storage than a linked clone is to be on",
            {},
            { source: linked(9100, "pve1"), datastore: "local-zfs" },
            /has its disk on local-lvm, where a linked clone's is too, and datastore is local-zfs/,
        ],
        [
            "its disk where a linked clone's node cannot reach it",
            {},
            { source: linked(9100, "pve1"), node: "pve2" },
            /on local-lvm, which pve2 does not share/,
        ],
    ];
    for (const [what, settings, wanted, says] of ODD)
        it(`refuses a template that has ${what}`, () => assert.rejects(odd(settings, wanted), says));

    it("refuses a template with a hookscript, which no token may take away from a clone", () => {
        const config = { scsi0: "local-lvm:base-9000-disk-0", hookscript: "local:snippets/h.pl" };
        assert.match(
            problemsOfTemplate(config, "vrrp1", machine("vmId", 101)).join(),
            /^has a hookscript \(local:snippets\/h\.pl\), .* API token\. Remove it .*--delete hookscript\)$/,
        );
    });

    it("accepts templates as people have them: OVMF and q35, a serial display, vendor data, two devices", async () => {
        await odd({
            bios: "ovmf",
            machine: "q35",
            efidisk0: "local-lvm:1,efitype=4m",
            tpmstate0: "local-lvm:1,version=v2.0",
            vga: "serial0",
            cicustom: "vendor=local:snippets/v.yaml",
            net1: "virtio,bridge=vmbr0",
        });
    });

    it("accepts a linked clone on the template's node and storage", () => odd({}, { source: linked(9100, "pve1") }));

    it("accepts a template's address of a device that the VM is to have", () =>
        odd({ ipconfig1: "ip=10.9.9.9/24" }, { extraNetworkDevices: [{ bridge: "vmbr1", address: "10.40.0.1/24" }] }));

    it("refuses vendor data that are not there, which would leave the VM off", async () => {
        const wanted = { machine: { ...machine("vmId", 101), cloudInit: { vendorData: "local:snippets/agent.yaml" } } };
        await assert.rejects(
            look(wanted),
            /vendor data local:snippets\/agent\.yaml .* not on the storage local of pve1, which has no snippets/,
        );
        await lab.stop();
        const commands = [...documentedCommands().template, "pvesm set local --content import,snippets"];
        lab = await FakeProxmoxServer.start({ tokens: [DOCUMENTED], commands });
        writeFileSync(join(lab.directory, "storage", "pve1", "local", "snippets", "agent.yaml"), "#cloud-config\n");
        await look(wanted);
    });

    it("says which template cannot be read, and where", async () => {
        await assert.rejects(
            look({ machine: machine("template", { vmId: 9999, node: "pve2" }) }),
            /the template 9999 cannot be read on the node pve2 \(Proxmox: 500 Configuration file/,
        );
    });

    it("says that the template's node does not answer, and blames neither the template nor the token", async () => {
        lab.trouble("pve1");
        await assert.rejects(look({ machine: { ...machine("node", "pve2"), vmId: 101 } }), (error: Error) => {
            assert.match(
                error.message,
                /^the node pve1, which the template 9000 is on, does not answer \(Proxmox: 595 No route to host\)\. Is it on\? .* of vrrp1\. Nothing was made\.$/,
            );
            assert.doesNotMatch(error.message, /role/);
            return true;
        });
    });

    it("refuses an id that a container has, and lets a container of the host's name alone", async () => {
        await lab.container(101, { node: "pve2", hostname: "vrrp1" });
        await assert.rejects(
            look(),
            /^Error: the id 101 \(virtualMachine\.vmId of vrrp1\) is that of the container vrrp1/,
        );
        await look({ machine: { ...machine("vmId", undefined) } });
    });

    it("asks nothing about the template of a VM that is there", async () => {
        await lab.clone(101);
        await look({ machine: machine("template", { vmId: 9999, node: "pve2" }) });
    });
});

describe("the checks after a VM was made", () => {
    let lab: FakeProxmoxServer;
    beforeEach(async () => (lab = await FakeProxmoxServer.start()));
    afterEach(() => lab.stop());

    const machine = modelOf(virtualMachines()).hosts[0]!.virtualMachine!;
    const settings = {
        memory: machine.memory,
        cores: machine.cores,
        scsi0: "local-lvm:vm-101-disk-0",
        ipconfig0: `gw=10.77.0.1,ip=${ADDRESS}`,
    };
    const look = async (): Promise<string[]> => {
        const output: string[] = [];
        const wanted = { name: "vrrp1", mark: MARK, address: ADDRESS, machine, others: "" };
        const api = proxmoxApi({ endpoint: lab.endpoint, apiToken: ROOT, insecure: true });
        await afterMaking(api, wanted, 101, (text) => void output.push(text));
        return output;
    };

    beforeEach(async () => {
        await lab.clone(101, settings);
        await lab.task("PUT", "/nodes/pve1/qemu/101/resize", { disk: "scsi0", size: `${machine.diskSize}G` });
        await lab.task("POST", "/nodes/pve1/qemu/101/status/start");
    });

    it("find nothing where it is as it is configured, running or not", async () => {
        assert.deepEqual(await look(), []);
        await lab.task("POST", "/nodes/pve1/qemu/101/status/stop");
        assert.deepEqual(await look(), []);
    });

    for (const [key, value, said] of [
        ["memory", machine.memory / 2, `memory ${machine.memory / 2}, not ${machine.memory}`],
        ["cores", machine.cores + 1, `cores ${machine.cores + 1}, not ${machine.cores}`],
        ["ipconfig0", "ip=10.77.0.9/24", `another address than ${ADDRESS}`],
    ] as const)
        it(`name the ${key} that a change did not reach, and the command that finishes it`, async () => {
            await lab.data("PUT", "/nodes/pve1/qemu/101/config", { [key]: value });
            const output = await look();
            assert.equal(output.length, 1);
            assert.ok(output[0]!.startsWith(`vrrp1: its VM 101 on pve1 has ${said}: a change of it failed`), output[0]);
            assert.match(output[0]!, /run pulumi up --refresh\.$/);
        });

    it("name another VM that was made for the same host, and none of another stack", async () => {
        await lab.clone(102, { name: "vrrp1", description: MARK });
        await lab.clone(103, { name: "vrrp1", description: MARK.replace("prod", "test") });
        const output = await look();
        assert.equal(output.length, 1);
        assert.match(
            output[0]!,
            /^vrrp1: the VM 102 on pve1 was made for this host too, .*: qm stop 102 && qm destroy 102$/,
        );
    });

    it("say that a VM was not restarted with the hardware that it was given", async () => {
        await lab.data("PUT", "/nodes/pve1/qemu/101/config", { memory: machine.memory * 2 });
        await lab.task("POST", "/nodes/pve1/qemu/101/status/stop");
        await lab.task("POST", "/nodes/pve1/qemu/101/status/start");
        await lab.data("PUT", "/nodes/pve1/qemu/101/config", { memory: machine.memory });
        const [text] = await look();
        assert.match(
            text!,
            new RegExp(
                `still runs with ${machine.memory * 2} MiB and .*, not ${machine.memory} MiB .*: qm reboot 101 on pve1\\.$`,
            ),
        );
    });
});

describe("fake Proxmox: boot order", () => {
    let lab: FakeProxmoxServer;
    beforeEach(async () => (lab = await FakeProxmoxServer.start()));
    afterEach(() => lab.stop());

    it("refuses to boot from a device that is not there, and changes nothing then", async () => {
        await lab.clone(101);
        const { status, reason } = await lab.call("PUT", "/nodes/pve1/qemu/101/config", {
            boot: "order=virtio0",
            onboot: 1,
        });
        assert.deepEqual([status, reason], [500, "invalid bootorder: device 'virtio0' does not exist'"]);
        assert.equal((await lab.config(101)).onboot, undefined);
    });

    it("puts a new CD drive at the end of the order, and no cloud-init drive", async () => {
        await lab.clone(101);
        await lab.data("PUT", "/nodes/pve1/qemu/101/config", { ide3: "none,media=cdrom" });
        assert.equal((await lab.config(101)).boot, "order=scsi0;ide3");
    });
});

describe("fake Proxmox: an agent that is not installed", () => {
    it("does not answer on a plain cloud image, which is shut down all the same", async () => {
        const lab = await FakeProxmoxServer.start();
        try {
            const url = lab.imageUrl;
            await lab.task("POST", "/nodes/pve1/storage/local/download-url", {
                content: "import",
                filename: "plain.qcow2",
                url,
            });
            await lab.task("POST", "/nodes/pve1/qemu", {
                vmid: 101,
                agent: 1,
                net0: "virtio,bridge=vmbr0",
                scsi0: "local-lvm:0,import-from=local:import/plain.qcow2",
            });
            await lab.task("POST", "/nodes/pve1/qemu/101/status/start");
            assert.equal(
                (await lab.call("POST", "/nodes/pve1/qemu/101/agent/ping")).reason,
                "QEMU guest agent is not running",
            );
            assert.equal(
                (await lab.task("POST", "/nodes/pve1/qemu/101/status/shutdown", { timeout: 5 })).exitstatus,
                "OK",
            );
            assert.equal((await lab.data("GET", "/nodes/pve1/qemu/101/status/current")).status, "stopped");
        } finally {
            await lab.stop();
        }
    });

    it("does not start a guest whose snippet is missing", async () => {
        const lab = await FakeProxmoxServer.start();
        try {
            await lab.clone(101, { cicustom: "vendor=local:snippets/gone.yaml" });
            const { exitstatus } = await lab.task("POST", "/nodes/pve1/qemu/101/status/start");
            assert.equal(exitstatus, "volume 'local:snippets/gone.yaml' does not exist");
        } finally {
            await lab.stop();
        }
    });

    it("asks cloud-init to upgrade all packages unless ciupgrade is 0", async () => {
        const lab = await FakeProxmoxServer.start();
        try {
            await lab.clone(101);
            await lab.clone(102, { ciupgrade: 0 });
            for (const vmid of [101, 102]) await lab.task("POST", `/nodes/pve1/qemu/${vmid}/status/start`);
            assert.deepEqual(
                lab.hypervisor.starts.map(({ cloudInit }) => cloudInit.upgrade),
                [true, false],
            );
        } finally {
            await lab.stop();
        }
    });
});
