/**
 * VMs under Proxmox' high availability, as each release has it, by the real engine and provider: what Proxmox is told,
 * that it is not told twice, and that VMs are changed, replaced and removed under it, with the privileges that
 * docs/security.md gives.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Inputs } from "../../components/model/inputs";
import { documentedCommands } from "../../proving-ground/lab/proxmox/access/documented";
import type { Version } from "../../proving-ground/lab/proxmox/access/privileges";
import { testedVersions } from "../breadth";
import { virtualMachines } from "../components/support";
import { DESTROY, MachinesStack, UP } from "./machinesStack";
import { DOCUMENTED } from "../lab/proxmox/fakeProxmoxServer";

const SEPARATION: Record<Version, string> = { "8.4": "groups", "9.1": "rule" };
const OTHER: Record<Version, RegExp> = {
    "8.4": /separation is groups, which Proxmox VE has until 8\.4, and this is 9/,
    "9.1": /separation is rule, which Proxmox VE has from 9 on, and this is 8\.4\.21\..*Set it to groups/s,
};
/** What replaces a VM, and what it has by then. */
const LATER = { memory: 2048, template: { vmId: 9001, node: "pve1" } };
const NAME = "ha-api-test-machines-kube-api";

interface Resource {
    sid: string;
    state?: string;
    group?: string;
    max_restart?: number;
}

for (const version of testedVersions)
    describe(`VMs under high availability, on Proxmox VE ${version}`, function () {
        this.timeout(300_000);
        this.bail(true);
        let stack: MachinesStack;
        before(async () => {
            const { template, settings } = documentedCommands();
            stack = await MachinesStack.create({ version, tokens: [DOCUMENTED], commands: [...template, ...settings] });
        });
        after(() => stack.stop());

        const inputs = (highAvailability: object | undefined, more: object = {}): Inputs => {
            const { virtualMachines: shared, ...rest } = virtualMachines();
            const settings = highAvailability === undefined ? {} : { highAvailability };
            return { ...rest, virtualMachines: { ...shared, ...settings, ...more } };
        };
        const on = (settings: object = {}): object => ({ separation: SEPARATION[version], ...settings });
        const up = (highAvailability: object | undefined, more: object = {}): Promise<string> =>
            stack.up(inputs(highAvailability, more));
        const resources = async (): Promise<Resource[]> =>
            (await stack.proxmox.data<Resource[]>("GET", "/cluster/ha/resources")).sort((a, b) =>
                a.sid.localeCompare(b.sid),
            );
        /** What keeps them apart: members of rules, or nodes of groups. */
        const separation = async (): Promise<string[]> => {
            const which = SEPARATION[version] === "rule" ? "rules" : "groups";
            const all = await stack.proxmox.data<Record<string, string>[]>("GET", `/cluster/ha/${which}`);
            return all.map(
                ({ rule, group, resources: members, affinity, nodes }) =>
                    `${rule ?? group}: ${affinity === undefined ? nodes : `${affinity} ${members}`}`,
            );
        };
        const APART: Record<Version, string[]> = {
            "8.4": [`${NAME}-vrrp1: pve1:1`, `${NAME}-vrrp2: pve2:1`],
            "9.1": [`${NAME}: negative vm:1101,vm:1102`],
        };
        const assertManaged = async (): Promise<void> => {
            assert.deepEqual(
                (await resources()).map(({ sid, state, group }) => [sid, state, group]),
                ["1101", "1102"].map((id, index) => [
                    `vm:${id}`,
                    "started",
                    version === "8.4" ? `${NAME}-vrrp${index + 1}` : undefined,
                ]),
            );
            assert.deepEqual((await separation()).sort(), APART[version]);
            assert.deepEqual([...stack.proxmox.hypervisor.running.keys()].sort(), [1101, 1102]);
        };
        const starts = (): number => stack.proxmox.hypervisor.starts.length;

        it("are not made where the release has not what is to keep them apart", async () => {
            const other = Object.values(SEPARATION).find((each) => each !== SEPARATION[version]);
            stack.configure(inputs({ separation: other }));
            const { status, output } = await stack.pulumi(...UP);
            assert.notEqual(status, 0);
            assert.match(output, version === "8.4" ? OTHER["9.1"] : OTHER["8.4"]);
            assert.deepEqual(await stack.machines(), []);
        });

        it("are on different nodes, and found unchanged", async () => {
            await up(on());
            await assertManaged();
            assert.equal(starts(), 2);
        });

        it("get other settings without a restart", async () => {
            await up(on({ maxRestart: 3, state: "ignored" }));
            assert.deepEqual(
                (await resources()).map(({ state, max_restart }) => [state, max_restart]),
                [
                    ["ignored", 3],
                    ["ignored", 3],
                ],
            );
            await up(on());
            assert.equal(starts(), 2);
        });

        it("are started by an up with a refresh after somebody stopped one", async () => {
            await stack.proxmox.task("POST", "/nodes/pve1/qemu/1101/status/stop");
            while (stack.proxmox.hypervisor.running.has(1101)) await sleep(100);
            await stack.must(...UP, "--refresh");
            await assertManaged();
            await up(on());
            assert.equal(starts(), 3);
        });

        it("are power-cycled by way of it, and are kept running afterwards", async () => {
            assert.doesNotMatch(await up(on(), { memory: 2048 }), /replaced|deleted/);
            assert.equal(starts(), 5);
            assert.deepEqual(
                [...stack.proxmox.hypervisor.running.values()].map(({ memoryMiB }) => memoryMiB),
                [2048, 2048],
            );
            await assertManaged();
        });

        it("are replaced, and the new ones are under it again", async () => {
            await up(on(), LATER);
            await assertManaged();
            assert.equal(starts(), 7);
        });

        it("stay, running, when it is taken away", async () => {
            await up(undefined, LATER);
            assert.deepEqual([await resources(), await separation()], [[], []]);
            assert.equal(stack.proxmox.hypervisor.running.size, 2);
            assert.equal(starts(), 7);
        });

        it("get it later, and go with all of it", async () => {
            await up(on(), LATER);
            await assertManaged();
            await stack.must(...DESTROY);
            assert.deepEqual([await stack.machines(), await resources(), await separation()], [[], [], []]);
        });
    });
