/** A pair on two Proxmox nodes, one of which goes off: what can be done meanwhile, and that it is healthy again. */
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TROUBLE_FILE } from "../../../proving-ground/lab/proxmox/health";
import { nspawnHypervisor } from "../../../proving-ground/lab/hypervisor/nspawn";
import { proxmoxCall } from "../../../proving-ground/lab/proxmoxApi";
import { needsLab } from "../machines/support";
import { address, answersAtVip, instance, onHost, Stack, twoVirtualMachines } from "./support";

describe("a pair on two Proxmox nodes, one of which goes off", function () {
    this.timeout(300_000);
    this.bail(true);
    const stack = new Stack("test-node-off");
    const config = { ...twoVirtualMachines(), apiServers: [51, 52].map(address) };
    const changed = { ...config, apiServers: [51, 52, 53].map(address) };
    const trouble = join(instance.directory, "proxmox", TROUBLE_FILE);

    before(async function () {
        this.timeout(600_000);
        await needsLab(this);
        await stack.create(config);
        await stack.up();
    });
    after(async () => {
        await rm(trouble, { force: true });
        await stack.remove();
    });

    it("changes the other host by the command that every `up` names then", async () => {
        await nspawnHypervisor(instance).stop(102);
        await writeFile(trouble, "pve2");
        await stack.configure(changed);
        const { output } = await stack.up("--target", "**::kube-api-vrrp1-*");
        assert.match(
            output,
            /vrrp2: its VM 102 on pve2 is out of reach, .* meanwhile: pulumi up --target '\*\*::kube-api-vrrp1-\*'/,
        );
        const written = await onHost(address(101), "cat /etc/nginx/nginx.conf");
        assert.ok(written.includes(`${address(53)}:6443`), written);
        await answersAtVip();
    });

    it("finishes with a plain `up` when the node is back, and then has nothing to do", async () => {
        await rm(trouble);
        await proxmoxCall(instance, "POST", "/nodes/pve2/qemu/102/status/start");
        await stack.up();
        const written = await onHost(address(102), "cat /etc/nginx/nginx.conf");
        assert.ok(written.includes(`${address(53)}:6443`), written);
        await stack.up("--expect-no-changes", "--refresh");
        await answersAtVip();
    });
});
