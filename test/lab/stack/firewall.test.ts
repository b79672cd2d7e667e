/**
 * Two VMs behind Proxmox's firewall, which the lab's hypervisor makes act on every packet: what the component lets in
 * suffices, and is needed.
 */
import assert from "node:assert/strict";
import { inNamespace } from "../../../proving-ground/lab/network/namespace";
import { proxmoxCall } from "../../../proving-ground/lab/proxmoxApi";
import { startLab } from "../../../proving-ground/lab/lifecycle";
import { run } from "../../../tools/run";
import { itBeforeRelease } from "../../breadth";
import { needsLab } from "../machines/support";
import {
    address,
    answerTo,
    instance,
    observedDuring,
    seconds,
    Stack,
    twoVirtualMachines,
    vip,
    vipMasters,
    waitForSingleMaster,
} from "./support";

const AT = "/nodes/pve1/qemu/101/firewall";

describe("a pair behind Proxmox's firewall", function () {
    this.timeout(240_000);
    this.bail(true);
    const stack = new Stack("test-firewall");
    const example = twoVirtualMachines();
    const config = {
        ...example,
        virtualMachines: {
            ...(example["virtualMachines"] as object),
            firewall: true,
            firewallSshSources: [instance.gateway],
            firewallIpFilter: true,
        },
    };
    const rules = (at = AT): Promise<Record<string, unknown>[]> => proxmoxCall(instance, "GET", `${at}/rules`);

    before(async function () {
        this.timeout(600_000);
        await needsLab(this);
        await startLab(instance);
        await stack.create({ ...config, apiServers: [51, 52].map(address) });
    });
    after(() => stack.remove());

    it("comes up, is verified, and changes nothing when it is run again", async () => {
        const { output } = await stack.up();
        assert.match(output, /firewallIpFilter with vrrp.switchover graceful/);
        await waitForSingleMaster();
        assert.match(await answerTo(`https://${vip}:6443/api`), /Unauthorized/);
        await stack.up("--expect-no-changes");
        await stack.must("preview", "--expect-no-changes", "--refresh");
    });

    it("lets SSH in from where it may come from, and from nowhere else", async () => {
        const connects = (from: (command: string[]) => Promise<string>): Promise<boolean> =>
            from(["timeout", "3", "bash", "-c", `: < /dev/tcp/${address(101)}/22`]).then(
                () => true,
                () => false,
            );
        assert.equal(await connects(([command, ...words]) => run(command!, words)), true);
        assert.equal(await connects((command) => inNamespace(instance.client.namespace, command)), false);
    });

    it("takes a further listener in without a failed request or a move of the VIP", async () => {
        const master = await waitForSingleMaster();
        await stack.configure({
            ...config,
            apiServers: [51, 52].map(address),
            listeners: [{ name: "further", port: 7443, backends: [`${address(51)}:6443`] }],
        });
        const seen = await observedDuring(async () => {
            await seconds(1);
            await stack.up();
            await seconds(1);
        });
        assert.equal(seen.failed, 0, JSON.stringify(seen));
        assert.equal((await waitForSingleMaster()).name, master.name);
        assert.match(await answerTo(`https://${vip}:7443/api`), /Unauthorized/);
        await stack.up("--expect-no-changes");
    });

    it("has two masters where the rule for VRRP is missing, and one again when it is put back", async () => {
        for (const guest of ["pve1/qemu/101", "pve2/qemu/102"]) {
            const at = `/nodes/${guest}/firewall`;
            const vrrp = (await rules(at)).findIndex(({ type, proto }) => type === "in" && proto === "vrrp");
            await proxmoxCall(instance, "DELETE", `${at}/rules/${vrrp}`);
        }
        await seconds(3);
        assert.equal((await vipMasters()).length, 2);
        await stack.must("up", "--yes", "--skip-preview", "--refresh");
        await waitForSingleMaster();
        await stack.up("--expect-no-changes");
    });

    it("answers at the VIP only while that is in the set of addresses", async () => {
        const master = await waitForSingleMaster();
        const at = `/nodes/${master.node}/qemu/${master.vmId}/firewall/ipset/ipfilter-net0`;
        await proxmoxCall(instance, "DELETE", `${at}/${vip}`);
        await assert.rejects(answerTo(`https://${vip}:6443/api`));
        await stack.must("up", "--yes", "--skip-preview", "--refresh");
        await waitForSingleMaster();
        assert.match(await answerTo(`https://${vip}:6443/api`), /Unauthorized/);
    });

    itBeforeRelease("has its rules again in a VM that was replaced", async () => {
        const before = (await rules()).map(({ comment }) => comment);
        const vm =
            "urn:pulumi:test-firewall::ha-api::ha-api-load-balancer:index:HaApiLoadBalancer$" +
            "proxmoxve:index/vmLegacy:VmLegacy::kube-api-vrrp1-vm";
        await stack.must("up", "--yes", "--skip-preview", "--replace", vm);
        assert.deepEqual(
            (await rules()).map(({ comment }) => comment),
            before,
        );
        const options = await proxmoxCall<Record<string, unknown>>(instance, "GET", `${AT}/options`);
        assert.equal(options["enable"], 1);
        await stack.up("--expect-no-changes");
        await waitForSingleMaster();
    });

    itBeforeRelease("is filtered no longer once it is not to be, and is again afterwards", async () => {
        const {
            firewall: _on,
            firewallSshSources: _from,
            firewallIpFilter: _only,
            ...open
        } = config.virtualMachines as Record<string, unknown>;
        const both = { ...config, apiServers: [51, 52].map(address) };
        await stack.configure({ ...both, virtualMachines: open });
        await stack.up();
        assert.deepEqual(await rules(), []);
        await waitForSingleMaster();
        await stack.configure(both);
        const seen = await observedDuring(async () => void (await stack.up()));
        assert.equal(seen.failed, 0, JSON.stringify(seen));
        await waitForSingleMaster();
        await stack.up("--expect-no-changes");
    });

    it("leaves nothing behind", async () => {
        await stack.must("destroy", "--yes", "--skip-preview");
        assert.doesNotMatch(await run("nft", ["list", "tables", "bridge"]), new RegExp(`${instance.nftTable}_vm`));
    });
});
