/**
 * What users see when Proxmox is in trouble, by the real engine and provider: each command ends with words that say
 * what is wrong, nothing is left or made twice, and the run after it finishes.
 */
import assert from "node:assert/strict";
import { itBeforeRelease, some } from "../breadth";
import { virtualMachines, withValue } from "../components/support";
import { DESTROY, MachinesStack, UP } from "./machinesStack";

const REFRESHED = [...UP, "--refresh"];
const BOTH = [1101, 1102];
/** Of vrrp2, whose turn comes first, on pve2; the template is on pve1. */
const SECOND = 1102;

const there = virtualMachines();
const changed = withValue(there, "virtualMachines.memory", 4096);

describe("a Proxmox in trouble", function () {
    this.timeout(300_000);
    let stack: MachinesStack;
    beforeEach(async () => {
        stack = await MachinesStack.create();
        stack.configure(there);
    });
    afterEach(() => stack.stop());

    const fails = async (args: string[], words: RegExp): Promise<void> => {
        const { status, output } = await stack.pulumi(...args);
        assert.notEqual(status, 0, output);
        assert.match(output, words);
    };
    const says = async (args: string[], words: RegExp): Promise<void> => assert.match(await stack.must(...args), words);
    const memory = async (): Promise<number[]> =>
        Promise.all(
            [stack.proxmox.config(1101, "pve1"), stack.proxmox.config(SECOND, "pve2")].map(async (config) =>
                Number((await config).memory),
            ),
        );
    /** All is made, once, and there is nothing left to do. */
    const finished = async (machines = BOTH): Promise<void> => {
        await stack.must(...REFRESHED, "--expect-no-changes");
        assert.deepEqual(await stack.machines(), machines);
    };

    describe("a node is off", () => {
        const OFF = /received an HTTP 595 response - Reason: No route to host/;

        it("makes nothing on it and nothing elsewhere, and all when it is back", async () => {
            stack.proxmox.trouble("pve2");
            for (const args of [UP, REFRESHED])
                await fails(args, /hosts: vrrp2: the node pve2, .* is offline\. .* Nothing was made\./);
            await stack.must("preview");
            assert.deepEqual(await stack.machines(), []);
            stack.proxmox.trouble();
            await stack.must(...UP);
            await finished();
        });

        it("says so at each `up`, fails where it has to be asked, and loses none of its VMs", async () => {
            await stack.must(...UP);
            stack.proxmox.trouble("pve2");
            await says(
                UP,
                /warning: vrrp2: its VM 1102 on pve2 is out of reach, .* change the other hosts meanwhile: /,
            );
            await stack.must("preview");
            for (const args of [REFRESHED, ["preview", "--refresh"], DESTROY]) await fails(args, OFF);
            assert.deepEqual(await stack.machines(), [SECOND]);
            stack.proxmox.trouble();
            await stack.must(...UP);
            await finished();
        });

        itBeforeRelease("removes what is left when it is back", async () => {
            await stack.must(...UP);
            stack.proxmox.trouble("pve2");
            await fails(DESTROY, OFF);
            stack.proxmox.trouble();
            await stack.must(...DESTROY);
            assert.deepEqual(await stack.machines(), []);
        });

        it("changes the VM on the other node when only that is asked for", async () => {
            await stack.must(...UP);
            stack.proxmox.trouble("pve2");
            stack.configure(changed);
            await stack.must(...UP, "--target", "**::kube-api-vrrp1-*");
            stack.proxmox.trouble();
            assert.deepEqual(await memory(), [4096, 1024]);
            await stack.must(...UP);
            assert.deepEqual(await memory(), [4096, 4096]);
            await finished();
        });

        itBeforeRelease("makes a VM elsewhere whose node is gone for good, once Proxmox has forgotten it", async () => {
            await stack.must(...UP);
            stack.proxmox.trouble("pve2");
            await stack.proxmox.forget(SECOND);
            stack.configure(withValue(there, "hosts[1].virtualMachine.node", "pve1"));
            await stack.must(...REFRESHED);
            assert.equal((await stack.proxmox.config(SECOND, "pve1")).name, "vrrp2");
            await finished();
        });
    });

    describe("no quorum", () => {
        it("makes nothing, goes on otherwise, and makes all later", async () => {
            stack.proxmox.trouble("quorum");
            await fails(UP, /Reason: cluster not ready - no quorum\?/);
            assert.deepEqual(await stack.machines(), []);
            stack.proxmox.trouble();
            await stack.must(...UP);
            stack.proxmox.trouble("quorum");
            for (const args of [UP, REFRESHED, ["preview"], ["preview", "--refresh"]]) await stack.must(...args);
            await finished();
        });

        itBeforeRelease("cannot change or remove VMs, and does it later", async () => {
            const DENIED =
                /unable to open file '\/etc\/pve\/nodes\/pve\d\/qemu-server\/\d+\.conf\S+' - Permission denied/;
            await stack.must(...UP);
            stack.proxmox.trouble("quorum");
            stack.configure(changed);
            await fails(UP, DENIED);
            await fails(DESTROY, DENIED);
            assert.deepEqual(await stack.machines(), BOTH);
            stack.proxmox.trouble();
            await stack.must(...DESTROY);
            assert.deepEqual(await stack.machines(), []);
        });
    });

    describe("a backup is under way", () => {
        it("says so, fails at what changes the VM, and then which command finishes it", async () => {
            await stack.must(...UP);
            await stack.proxmox.lock(SECOND, "pve2", "backup");
            await says(UP, /warning: vrrp2: its VM 1102 on pve2 is locked \(backup\): /);
            for (const args of [["preview"], ["preview", "--refresh"]]) await stack.must(...args);
            await finished();
            stack.configure(changed);
            for (const args of [UP, REFRESHED]) await fails(args, /Reason: VM is locked \(backup\)/);
            await stack.proxmox.lock(SECOND, "pve2", undefined);
            // The provider has noted the change as made.
            await says(UP, /warning: vrrp2: its VM 1102 on pve2 has memory 1024, not 4096: .* pulumi up --refresh\./);
            assert.deepEqual(await memory(), [4096, 1024]);
            await stack.must(...REFRESHED);
            assert.deepEqual(await memory(), [4096, 4096]);
            await finished();
        });

        itBeforeRelease("is not disturbed by destroy, which removes the VM later", async () => {
            await stack.must(...UP);
            await stack.proxmox.lock(SECOND, "pve2", "backup");
            await fails(DESTROY, /qmstop.* failed to complete with exit code: VM is locked \(backup\)/);
            assert.deepEqual(await stack.machines(), [SECOND]);
            await stack.proxmox.lock(SECOND, "pve2", undefined);
            await stack.must(...DESTROY);
            assert.deepEqual(await stack.machines(), []);
        });
    });

    describe("a task ends in an error", () => {
        for (const [task, words] of some([
            ["qmclone", /VM clone: task .* exit code: clone failed: lvcreate/],
            ["qmigrate", /VM migrate: task .* exit code: migration aborted/],
            ["qmstart", /VM start: task .* exit code: start failed: QEMU exited with code 1/],
        ] as const))
            it(`makes the VM in the next run after ${task} failed, once`, async () => {
                stack.proxmox.trouble(task);
                await fails(UP, words);
                await fails(UP, words);
                stack.proxmox.trouble();
                await stack.must(...UP);
                await finished();
            });

        itBeforeRelease("says which command finishes a VM whose disk could not be grown", async () => {
            stack.proxmox.trouble("resize");
            await fails(UP, /Disk resize: task .* exit code: lvextend/);
            stack.proxmox.trouble();
            await says(
                UP,
                /warning: vrrp2: its VM 1102 on pve2 has a disk of 3 GiB, not \d+: .* pulumi up --refresh\./,
            );
            await stack.must(...REFRESHED);
            await finished();
        });

        itBeforeRelease("says that a VM which could not be shut down has to be restarted", async () => {
            await stack.must(...UP);
            stack.configure(changed);
            stack.proxmox.trouble("qmshutdown");
            await fails(UP, /VM shutdown: task .* exit code: VM quit\/powerdown failed - got timeout/);
            stack.proxmox.trouble();
            const restart = /warning: vrrp2: its VM 1102 on pve2 still runs with 1024 MiB .*: qm reboot 1102 on pve2\./;
            await says(UP, restart);
            await stack.proxmox.task("POST", "/nodes/pve2/qemu/1102/status/reboot");
            assert.doesNotMatch(await stack.must(...UP), /warning/);
            await finished();
        });

        itBeforeRelease("keeps a VM that could not be removed, and removes it the next time", async () => {
            await stack.must(...UP);
            stack.proxmox.trouble("qmdestroy");
            await fails(DESTROY, /VM delete: task .* got timeout/);
            assert.deepEqual(await stack.machines(), BOTH);
            stack.proxmox.trouble();
            await stack.must(...DESTROY);
            assert.deepEqual(await stack.machines(), []);
        });
    });

    describe("a clone is cut off", () => {
        for (const [task, lock, cure] of some([
            ["qmclone", "clone", "qm unlock 1102 && qm destroy 1102"],
            ["qmigrate", "migrate", "qm unlock 1102 on pve1"],
        ] as const))
            itBeforeRelease(`says how to go on after the worker of ${task} died`, async () => {
                stack.proxmox.trouble(`${task}:dies`);
                await fails(UP, /exit code: unexpected status/);
                stack.proxmox.trouble();
                await fails(UP, new RegExp(`hosts: vrrp2: the VM 1102 on pve1.*\\(.*${lock}\\).*${cure}`));
                await stack.proxmox.lock(SECOND, "pve1", undefined);
                if (task === "qmclone") await stack.proxmox.task("DELETE", "/nodes/pve1/qemu/1102");
                await stack.must(...UP);
                await finished();
            });
    });
});
