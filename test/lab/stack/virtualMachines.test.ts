/** The life of a stack of two VMs, in the order a user lives it: each test starts where the one before it ended. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { proxmoxCall } from "../../../proving-ground/lab/proxmoxApi";
import { readHosts } from "../../../proving-ground/lab/hosts";
import { labRunning, startLab } from "../../../proving-ground/lab/lifecycle";
import { DEFAULT_VERSION } from "../../../proving-ground/lab/proxmox/access/privileges";
import { nspawnHypervisor } from "../../../proving-ground/lab/hypervisor/nspawn";
import { keys } from "../../../proving-ground/lab/pki";
import { DOCUMENTED_TOKEN, documentedCommands } from "../../../proving-ground/lab/proxmox/access/documented";
import { privilegesNeeded } from "../../../proving-ground/lab/proxmoxDaemon";
import { needsLab } from "../machines/support";
import {
    address,
    answerTo,
    instance,
    observedDuring,
    onHost,
    seconds,
    Stack,
    twoVirtualMachines,
    vip,
    vipMasters,
    virtualMachines,
    waitForSingleMaster,
} from "./support";

interface Outputs {
    vip: string;
    kubeconfigServerUrl: string;
    hosts: { name: string; address: string; vmId: number; node: string; hostKey: string }[];
    files: Record<string, Record<string, string>>;
}

describe("a stack of two Proxmox VMs", function () {
    this.timeout(180_000);
    this.bail(true);
    const stack = new Stack("test-vms");
    const config = twoVirtualMachines();
    const hypervisor = nspawnHypervisor(instance);
    /** The first host from another template. */
    const withTemplate = (template: object, diskInterface?: string): typeof config => {
        const [first, ...others] = config["hosts"] as { virtualMachine: object }[];
        return {
            ...config,
            hosts: [{ ...first, virtualMachine: { ...first!.virtualMachine, template, diskInterface } }, ...others],
        };
    };

    before(async function () {
        this.timeout(600_000);
        await needsLab(this);
        await startLab({ ...instance, proxmox: "8.4" });
        await stack.create({ ...config, apiServers: [51, 52].map(address) });
        await templateOnVirtio();
    });
    after(async () => {
        await stack.remove();
        await proxmoxCall(instance, "DELETE", "/nodes/pve1/qemu/9100?purge=1").catch(() => undefined);
        if (await labRunning(instance)) await startLab({ ...instance, proxmox: DEFAULT_VERSION });
    });

    it("is refused a template whose system disk is elsewhere, before anything is made", async () => {
        await stack.configure(withTemplate({ vmId: 9100, node: "pve1" }));
        const { status, output } = await stack.pulumi("up", "--yes", "--skip-preview");
        assert.notEqual(status, 0);
        assert.match(
            output,
            /hosts: vrrp1: the template 9100 on pve1 has its system disk on virtio0, not on scsi0: .*diskInterface of vrrp1 .* to virtio0\. Nothing was made\./,
        );
        assert.deepEqual(await readHosts(instance), []);
    });

    it("is not stopped by a clone that an earlier run was cut off at", async () => {
        const mark = encodeURIComponent(
            "Load-balancer host of the Kubernetes API, managed by Pulumi (ha-api/test-vms, kube-api-vrrp2-vm).",
        );
        await proxmoxCall(instance, "POST", `/nodes/pve1/qemu/9000/clone?newid=102&name=vrrp2&description=${mark}`);
        await seconds(2);
        await stack.configure({
            ...withTemplate({ vmId: 9100, node: "pve1" }, "virtio0"),
            apiServers: [51, 52].map(address),
        });
        const { output } = await stack.up();
        assert.match(output, /vrrp2: the VM 102 on pve1, which an earlier run cloned .* was removed/);
    });

    it("has one disk and no more in a VM whose template has it on virtio0", async () => {
        const disks = Object.keys(await proxmoxCall<object>(instance, "GET", "/nodes/pve1/qemu/101/config")).filter(
            (key) => /^(scsi|virtio|sata|unused)\d+$/.test(key),
        );
        assert.deepEqual(disks, ["virtio0"]);
        await stack.up("--expect-no-changes");
        await stack.must("preview", "--expect-no-changes", "--refresh");
        await stack.must("destroy", "--yes", "--skip-preview");
        await stack.configure({ ...config, apiServers: [51, 52].map(address) });
    });

    it("is made from nothing by one `pulumi up`, with three SSH commands a host", async () => {
        const { output } = await stack.must("up", "--yes");
        const commands = new Set(output.match(/kube-api-vrrp\d-(ready|packages|configuration) created/g));
        assert.equal(commands.size, 6, output);
    });

    it("changes nothing when it is run again", async () => {
        await stack.up("--expect-no-changes");
        await stack.must("preview", "--expect-no-changes", "--refresh");
    });

    it("answers at the VIP, which exactly one host holds", async () => {
        const outputs = await stack.outputs<Outputs>();
        assert.equal(outputs.kubeconfigServerUrl, `https://${vip}:6443`);
        await waitForSingleMaster();
        const url = `${outputs.kubeconfigServerUrl}/api`;
        const answer = await answerTo(url);
        assert.deepEqual(JSON.parse(answer), {
            kind: "Status",
            apiVersion: "v1",
            metadata: {},
            status: "Failure",
            message: "Unauthorized",
            reason: "Unauthorized",
            code: 401,
        });
    });

    it("has the files on the hosts that its outputs show", async () => {
        const { files } = await stack.outputs<Outputs>();
        for (const [host, shown] of Object.entries(files)) {
            const own = address(host === "vrrp1" ? 101 : 102);
            assert.equal(await onHost(own, "cat /etc/nginx/nginx.conf"), shown["/etc/nginx/nginx.conf"]!.trim());
            assert.equal(
                await onHost(own, "cat /etc/keepalived/keepalived.conf"),
                shown["/etc/keepalived/keepalived.conf"]!.trim().replaceAll("@interface@", "host0"),
            );
        }
    });

    it("keeps the private key out of its state and out of its output", async () => {
        const secret = (await readFile(keys(instance).sshKey, "utf8")).split("\n")[2]!;
        assert.ok(secret.length > 40, "secret.length > 40");
        assert.ok(!(await stack.state()).includes(secret), "!(await stack.state()).includes(secret)");
        const { output } = await stack.must("preview", "--diff");
        assert.ok(!output.includes(secret), "!output.includes(secret)");
    });

    it("shows an added API server in the preview as a line of nginx.conf, and no other server as changed", async () => {
        await stack.configure(config);
        const { output } = await stack.must("preview", "--diff");
        assert.match(output, new RegExp(`\\+ +server ${address(53)}:6443 max_fails=0;`));
        assert.doesNotMatch(output, new RegExp(`[-+] +server ${address(51)}:6443 max_fails=0;`));
    });

    it("takes the added API server into service without a failed request or a broken watch", async () => {
        const seen = await observedDuring(async () => {
            await seconds(1);
            const { output } = await stack.up();
            assert.match(output, /4 updated/);
            await seconds(2);
        });
        assert.ok(seen.requests > 50, `the client was too slow to tell: ${JSON.stringify(seen)}`);
        assert.equal(seen.failed, 0, JSON.stringify(seen));
        assert.equal(seen.watchBreaks, 0, JSON.stringify(seen));
        for (const host of [101, 102])
            assert.match(
                await onHost(address(host), "cat /etc/nginx/nginx.conf"),
                new RegExp(`server ${address(53)}:6443`),
            );
    });

    it("refuses a bad nginx directive with the file and line, and keeps serving with the old configuration", async () => {
        await stack.configure({ ...config, nginx: { extraConfiguration: "no_such_directive on;" } });
        const before = await onHost(address(102), "sudo sha256sum /etc/nginx/nginx.conf");
        let failure = { status: 0, output: "" };
        const seen = await observedDuring(async () => {
            failure = await stack.pulumi("up", "--yes", "--skip-preview");
        });
        assert.notEqual(failure.status, 0);
        assert.match(failure.output, /unknown directive "no_such_directive" in \/etc\/nginx\/nginx.conf:\d+/);
        assert.equal(await onHost(address(102), "sudo sha256sum /etc/nginx/nginx.conf"), before);
        assert.equal(seen.failed, 0, JSON.stringify(seen));
        await stack.configure(config);
        await stack.up();
        await stack.up("--expect-no-changes");
    });

    it("moves the VIP when the master is powered off, and leaves it there when the host returns", async () => {
        const master = await waitForSingleMaster();
        const seen = await observedDuring(async () => {
            await seconds(0.5);
            await hypervisor.stop(master.vmId);
            await seconds(2);
        });
        const next = await waitForSingleMaster();
        assert.notEqual(next.name, master.name);
        assert.ok(seen.longestGap > 0 && seen.longestGap < 3000, JSON.stringify(seen));
        await proxmoxCall(instance, "POST", `/nodes/${master.node}/qemu/${master.vmId}/status/start`);
        await keepalivedRuns(master.address || address(master.vmId));
        assert.equal((await waitForSingleMaster()).name, next.name);
    });

    it("moves the VIP when nginx is killed, and nginx comes back", async () => {
        const master = await waitForSingleMaster();
        const seen = await observedDuring(async () => {
            await seconds(0.5);
            await onHost(master.address, "sudo pkill -KILL --oldest nginx");
            await seconds(2);
        });
        assert.notEqual((await waitForSingleMaster()).name, master.name);
        assert.ok(seen.longestGap < 3000, JSON.stringify(seen));
        assert.equal(
            await onHost(master.address, "systemctl is-active nginx; cat /run/ha-api/proxy-down"),
            "active\n0",
        );
    });

    it("has one master again after keepalived is killed", async () => {
        const master = await waitForSingleMaster();
        const seen = await observedDuring(async () => {
            await seconds(0.5);
            await onHost(master.address, "sudo pkill -KILL keepalived");
            await seconds(2);
        });
        await waitForSingleMaster();
        assert.ok(seen.longestGap < 3000, JSON.stringify(seen));
        await keepalivedRuns(master.address);
    });

    it("keeps the VIP through a restart of the network service", async () => {
        const master = await waitForSingleMaster();
        const seen = await observedDuring(async () => {
            await onHost(master.address, "sudo systemctl restart systemd-networkd");
            await seconds(2);
        });
        assert.equal((await waitForSingleMaster()).name, master.name);
        assert.equal(seen.failed, 0, JSON.stringify(seen));
    });

    it("gives VMs new cloud-init data by a power cycle, and trusts the host keys that come with it", async () => {
        const before = (await stack.outputs<Outputs>()).hosts.map(({ hostKey }) => hostKey);
        Object.assign(config, { virtualMachines: { ...virtualMachines, searchDomain: "example.test" } });
        await stack.configure(config);
        await stack.up();
        for (const host of [101, 102]) assert.match(await onHost(address(host), "resolvectl domain"), /example\.test/);
        const after = (await stack.outputs<Outputs>()).hosts.map(({ hostKey }) => hostKey);
        assert.ok(
            after.every((key, index) => key !== before[index]),
            "cloud-init was expected to make new host keys",
        );
        await waitForSingleMaster();
        await stack.up("--expect-no-changes");
    });

    it("finds nothing to change after an upgrade of Proxmox VE from 8.4 to 9.1", async () => {
        const release = async (): Promise<string> =>
            (await proxmoxCall<{ release: string }>(instance, "GET", "/version")).release;
        assert.equal(await release(), "8.4");
        await startLab({ ...instance, proxmox: "9.1" });
        assert.equal(await release(), "9.1");
        await stack.must("preview", "--expect-no-changes", "--refresh");
    });

    it("rebuilds and configures again a VM that was deleted behind Pulumi's back", async () => {
        const [first] = await readHosts(instance);
        await proxmoxCall(instance, "POST", `/nodes/${first!.node}/qemu/${first!.vmId}/status/stop`);
        await seconds(1);
        await proxmoxCall(instance, "DELETE", `/nodes/${first!.node}/qemu/${first!.vmId}/?purge=1`);
        await oneLeft();
        await stack.must("up", "--yes", "--skip-preview", "--refresh");
        assert.equal((await readHosts(instance)).length, 2);
        assert.equal(await onHost(first!.address, "systemctl is-active nginx keepalived"), "active\nactive");
        await waitForSingleMaster();
        await stack.up("--expect-no-changes");
    });

    it("does not touch a VM for another node in the configuration, of its own or of its template", async () => {
        const [first, second] = config["hosts"] as { virtualMachine: object }[];
        const elsewhere = {
            ...second,
            virtualMachine: { ...second!.virtualMachine, node: "pve1", template: { vmId: 9000 } },
        };
        await stack.configure({ ...config, hosts: [first, elsewhere] });
        await stack.up("--expect-no-changes");
        await stack.configure(config);
    });

    it("is removed by destroy, also when a VM is already gone", async () => {
        await proxmoxCall(instance, "POST", "/nodes/pve2/qemu/102/status/stop");
        await seconds(1);
        await proxmoxCall(instance, "DELETE", "/nodes/pve2/qemu/102/?purge=1");
        await oneLeft();
        await stack.must("destroy", "--yes", "--skip-preview", "--refresh");
        assert.deepEqual(await readHosts(instance), []);
        assert.deepEqual(await vipMasters(), []);
        assert.equal(
            (JSON.parse(await stack.state()) as { deployment: { resources?: unknown[] } }).deployment.resources
                ?.length ?? 0,
            0,
        );
    });

    it("has needed every privilege that docs/security.md prints, and no other", async () => {
        const documented = /-privs "([^"]+)"/.exec(documentedCommands().template.join())![1]!.split(" ");
        assert.deepEqual(await privilegesNeeded(instance, DOCUMENTED_TOKEN), documented.sort());
    });
});

/** A template like the first, but for its disk. */
async function templateOnVirtio(): Promise<void> {
    await proxmoxCall(instance, "POST", "/nodes/pve1/qemu/9000/clone?newid=9100&name=virtio");
    await seconds(2);
    const options = "virtio0=local-lvm:vm-9100-disk-0&boot=order%3Dvirtio0&template=1";
    await proxmoxCall(instance, "PUT", "/nodes/pve1/qemu/9100/config?delete=scsi0");
    await proxmoxCall(instance, "PUT", `/nodes/pve1/qemu/9100/config?${options}`);
}

/** When Proxmox has removed the other VM, which takes a while on a busy machine. */
async function oneLeft(): Promise<void> {
    for (let tries = 0; (await readHosts(instance)).length > 1; tries++) {
        assert.ok(tries < 100, "the VM is still there");
        await seconds(0.2);
    }
}

/** After a boot or a kill: keepalived is up and knows its state. */
async function keepalivedRuns(host: string): Promise<void> {
    for (let tries = 0; ; tries++) {
        const state = await onHost(host, "systemctl is-active keepalived; cat /run/ha-api/vrrp/kube_api").catch(
            () => "",
        );
        if (/^active\n(MASTER|BACKUP)$/.test(state)) return;
        assert.ok(tries < 60, `keepalived on ${host} did not come back: ${state}`);
        await seconds(0.5);
    }
}
