/**
 * A pair of Debian 12 becomes one of Debian 13, host by host, as docs/operations.md says it, and no request fails: on
 * VMs by the template of the new release, on machines that exist by their package manager.
 */
import assert from "node:assert/strict";
import { labRunning, startLab } from "../../proving-ground/lab/lifecycle";
import { DEFAULT_VERSION } from "../../proving-ground/lab/proxmox/access/privileges";
import { type Release, templates } from "../../proving-ground/lab/release";
import { allBlocks } from "../docs/blocks";
import { answers, instance, needsLab } from "../lab/machines/support";
import {
    address,
    existingMachines,
    observedDuring,
    onHost,
    seconds,
    Stack,
    type StackConfig,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
    twoVirtualMachines,
    waitForSingleMaster,
} from "../lab/stack/support";

/** What a host runs, of the two that have to get on with each other meanwhile. */
const RELEASE_AND_KEEPALIVED =
    ". /etc/os-release; echo $VERSION_ID; dpkg-query --show --showformat '${Version}' keepalived | cut -c1-5";
const OLD = "12\n1:2.2";
const NEW = "13\n1:2.3";

/** A client asks through the VIP as long as the work goes on, and is answered each time. */
async function unnoticed(work: () => Promise<unknown>): Promise<void> {
    const seen = await observedDuring(async () => {
        await seconds(1);
        await work();
        await seconds(2);
    });
    assert.ok(seen.requests > 100, `the client was too slow to tell: ${JSON.stringify(seen)}`);
    assert.equal(seen.failed, 0, JSON.stringify(seen));
}

describe("a pair of Debian 12 becomes one of Debian 13", function () {
    this.timeout(1_500_000);
    this.bail(true);

    before(async function () {
        await needsLab(this);
    });

    for (const [proxmox, engine] of [
        ["8.4", "haproxy"],
        ["9.1", "nginx"],
    ] as const)
        describe(`VMs of Proxmox VE ${proxmox} with ${engine}, by the template of the new release`, () => {
            const stack = new Stack("test-new-vms");
            const hosts = [101, 102].map(address);
            const from = (release: Release): StackConfig => {
                const two = twoVirtualMachines() as { virtualMachines: object };
                const { vmId } = templates().find((each) => each.release === release)!;
                return {
                    ...two,
                    engine,
                    virtualMachines: { ...two.virtualMachines, template: { vmId, node: "pve1" } },
                };
            };

            before(async () => {
                await startLab({ ...instance, proxmox });
                await stack.create(from("12"));
                await stack.up();
            });
            after(async () => {
                await stack.remove();
                if (await labRunning(instance)) await startLab({ ...instance, proxmox: DEFAULT_VERSION });
            });

            it("the one without the VIP first, without a failed request", async () => {
                for (const host of hosts) assert.equal(await onHost(host, RELEASE_AND_KEEPALIVED), OLD);
                await stack.configure(from("13"));
                const master = await waitForSingleMaster();
                const other = master.name === "vrrp1" ? "vrrp2" : "vrrp1";
                await unnoticed(async () => {
                    await stack.up("--target", `**::kube-api-${other}-*`);
                    await onHost(master.address, "sudo /usr/local/libexec/ha-api/switchover");
                    await stack.up();
                });
                for (const host of hosts) assert.equal(await onHost(host, RELEASE_AND_KEEPALIVED), NEW);
                await stack.up("--expect-no-changes");
            });
        });

    for (const engine of ["nginx", "haproxy"] as const)
        describe(`machines that exist with ${engine}, by their package manager`, () => {
            const stack = new Stack("test-in-place");
            const machines = existingMachines.map((machine) => ({ ...machine, release: "12" as const }));

            before(async () => {
                await startExistingMachines(machines);
                await stack.create({ ...twoExistingMachines(), engine });
                await stack.up();
            });
            after(async () => {
                await stack.remove();
                await stopExistingMachines(machines);
            });

            it("one after the other, the master last, without a failed request", async () => {
                const master = await waitForSingleMaster();
                for (const { address: host } of [...machines].sort((a) => (a.name === master.name ? 1 : -1))) {
                    assert.equal(await onHost(host, RELEASE_AND_KEEPALIVED), OLD);
                    await unnoticed(async () => {
                        await upgradeInPlace(host);
                        await serves(host);
                    });
                    assert.equal(await onHost(host, RELEASE_AND_KEEPALIVED), NEW);
                }
                await stack.up("--expect-no-changes");
            });
        });
});

/** What the document prints; the last line reboots. */
async function upgradeInPlace(host: string): Promise<void> {
    const [block, ...others] = allBlocks().filter(({ kind }) => kind === "upgrade");
    assert.ok(block !== undefined && others.length === 0, "the document has one block for this");
    const lines = block.text.trim().split("\n");
    assert.equal(lines.pop(), "systemctl reboot");
    const text = Buffer.from(lines.join("\n")).toString("base64");
    await onHost(
        host,
        `echo ${text} | base64 --decode > upgrade.sh; sudo bash -euo pipefail upgrade.sh < /dev/null > upgrade.log 2>&1 ` +
            "|| { tail -n 30 upgrade.log >&2; exit 1; }",
        900_000,
    );
    await onHost(host, "sudo systemd-run --quiet --on-active=1 systemctl reboot");
    await seconds(5);
    await answers(host);
}

/** It is ready to take the VIP. */
async function serves(host: string): Promise<void> {
    for (let tries = 0; ; tries++) {
        const state = await onHost(host, "cat /run/ha-api/vrrp/kube_api").catch(() => "none");
        if (/^(MASTER|BACKUP)$/.test(state)) return;
        assert.ok(tries < 120, `${host} did not come back: ${state}`);
        await seconds(0.5);
    }
}
