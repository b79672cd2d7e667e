/**
 * What users see where Proxmox does not let them have what they ask for, by the real engine and provider, with the
 * token that docs/security.md makes: refused before anything is made, or else finished by the run after it.
 */
import assert from "node:assert/strict";
import type { Inputs } from "../../components/model/inputs";
import { documentedCommands } from "../../proving-ground/lab/proxmox/access/documented";
import { virtualMachines, withValue } from "../components/support";
import { DESTROY, MachinesStack, UP } from "./machinesStack";
import { DOCUMENTED } from "../lab/proxmox/fakeProxmoxServer";

const BOTH = [1101, 1102];
const there = virtualMachines();

describe("a site that does not allow everything", function () {
    this.timeout(300_000);
    let stack: MachinesStack;
    beforeEach(async () => {
        stack = await MachinesStack.create({ tokens: [DOCUMENTED], commands: documentedCommands().template });
    });
    afterEach(() => stack.stop());

    const fails = async (inputs: Inputs, words: RegExp): Promise<void> => {
        stack.configure(inputs);
        const { status, output } = await stack.pulumi(...UP);
        assert.notEqual(status, 0, output);
        assert.match(output, words);
    };

    it("refuses a storage, a CPU type and an image that are not there before anything is made", async () => {
        await fails(
            withValue(there, "virtualMachines.datastore", "local-lmv"),
            /hosts: vrrp\d: the storage local-lmv \(datastore of vrrp\d\) cannot be used on pve\d .* Nothing was made\./,
        );
        await fails(
            withValue(there, "virtualMachines.cpuType", "hsot"),
            /hosts: vrrp\d: .* no CPU type hsot .* host meant/,
        );
        const image = { volumeId: "isos:import/debian-13.qcow2" };
        await fails(
            { ...there, virtualMachines: { ...there.virtualMachines, template: undefined, image } },
            /hosts: vrrp\d: the image isos:import\/debian-13\.qcow2 \(image\.volumeId\) cannot be looked for: .* 'isos' does not exist/,
        );
        assert.deepEqual(await stack.machines(), []);
    });

    it("names the tag that Proxmox refuses after the clone, removes that, and makes all when it is run once more", async () => {
        // Without Sys.Audit nobody sees that only these are allowed.
        await stack.proxmox.data("PUT", "/cluster/options", {
            "user-tag-access": "user-allow=list,user-allow-list=ops;lb",
        });
        await fails(there, /Permission check failed \(\/, Sys\.Modify for modifying tag 'ha-api'\)/);
        // The provider has noted the VM that the next run removes.
        await fails(
            withValue(there, "virtualMachines.tags", ["lb"]),
            /cut off before it gave it its settings, was removed; .* run this again with --refresh/,
        );
        await stack.must(...UP, "--refresh");
        assert.deepEqual(await stack.machines(), BOTH);
        assert.equal((await stack.proxmox.config(1101, "pve1"))["tags"], "lb");
        await stack.must(...UP, "--expect-no-changes");
        await stack.must(...DESTROY);
    });

    it("leaves a VM with more CPUs than its node has off, and starts it once it has fewer", async () => {
        await fails(withValue(there, "virtualMachines.cores", 9), /MAX 8 vcpus allowed per VM on this node/);
        stack.configure(there);
        await stack.must(...UP, "--refresh");
        assert.deepEqual(await stack.machines(), BOTH);
        const status = ["pve1/qemu/1101", "pve2/qemu/1102"].map(async (vm) =>
            stack.proxmox.data("GET", `/nodes/${vm}/status/current`),
        );
        assert.deepEqual(
            (await Promise.all(status)).map((current) => current["status"]),
            ["running", "running"],
        );
        await stack.must(...UP, "--refresh", "--expect-no-changes");
    });

    it("warns while the firewall of the datacenter is off", async () => {
        await stack.proxmox.data("PUT", "/cluster/firewall/options", { enable: 0 });
        stack.configure(withValue(there, "virtualMachines.firewall", true));
        const blind = await stack.must(...UP);
        assert.match(blind, /warning: vrrp1: firewall is true, and whether .* could not be seen .* Sys\.Audit on \//);
        await stack.stop();
        stack = await MachinesStack.create({
            tokens: [DOCUMENTED],
            commands: [...documentedCommands().template, ...documentedCommands().settings],
        });
        await stack.proxmox.data("PUT", "/cluster/firewall/options", { enable: 0 });
        stack.configure(withValue(there, "virtualMachines.firewall", true));
        for (const args of [UP, [...UP, "--expect-no-changes"]])
            assert.match(
                await stack.must(...args),
                /warning: vrrp1: firewall is true, and the firewall of the datacenter is off: /,
            );
    });
});
