/**
 * VMs on the kinds of storage that people have, by the real engine and provider: disks that are files, a pool of ZFS, a
 * share of all nodes. Where the disk is, that a second run finds no difference, and what a changed storage does.
 */
import assert from "node:assert/strict";
import type { Inputs } from "../../components/model/inputs";
import { virtualMachines } from "../components/support";
import { MachinesStack } from "./machinesStack";

const SHARED_TEMPLATE = { vmId: 9200, node: "pve1" };

/** Two VMs, each on a node of its own. */
function pair(first: object, second: object): Inputs {
    const { hosts, ...rest } = virtualMachines();
    return {
        ...rest,
        hosts: hosts.map((host, index) => ({
            ...host,
            virtualMachine: { ...host.virtualMachine, ...(index === 0 ? first : second) },
        })),
    };
}

describe("VMs on storages of several kinds", function () {
    this.timeout(300_000);
    this.bail(true);
    let stack: MachinesStack;
    before(async () => {
        stack = await MachinesStack.create();
        const { proxmox } = stack;
        const clone = { newid: SHARED_TEMPLATE.vmId, full: 1, storage: "nfs", name: "shared" };
        await proxmox.task("POST", "/nodes/pve1/qemu/9000/clone", clone);
        await proxmox.data("PUT", `/nodes/pve1/qemu/${SHARED_TEMPLATE.vmId}/config`, { template: 1 });
    });
    after(() => stack.stop());

    /** Volumes of a VM: its cloud-init drive and its disk. */
    async function volumes(node: string, vmid: number): Promise<string[]> {
        const config = await stack.proxmox.data("GET", `/nodes/${node}/qemu/${vmid}/config`);
        return Object.entries(config)
            .filter(([key]) => /^(scsi|ide|unused)\d+$/.test(key))
            .map(([, value]) => String(value).split(",")[0]!)
            .filter((volume) => volume !== "none")
            .sort();
    }

    it("are made there, by a clone straight to the other node where both reach the storage", async () => {
        await stack.up(pair({ datastore: "local-files" }, { template: SHARED_TEMPLATE, datastore: "nfs" }));
        assert.deepEqual(await volumes("pve1", 1101), [
            "local-files:1101/vm-1101-cloudinit.qcow2",
            "local-files:1101/vm-1101-disk-0.raw",
        ]);
        assert.deepEqual(await volumes("pve2", 1102), [
            "nfs:1102/vm-1102-cloudinit.qcow2",
            "nfs:1102/vm-1102-disk-0.raw",
        ]);
        const tasks = await stack.proxmox.data<{ type: string }[]>("GET", "/nodes/pve1/tasks");
        assert.ok(!tasks.some(({ type }) => type === "qmigrate"), "a VM was migrated");
    });

    it("keep their disk, on another storage, where that is changed", async () => {
        const output = await stack.up(
            pair({ datastore: "local-zfs" }, { template: SHARED_TEMPLATE, datastore: "local-lvm" }),
        );
        assert.doesNotMatch(output, /replaced/);
        assert.deepEqual(await volumes("pve1", 1101), ["local-zfs:vm-1101-cloudinit", "local-zfs:vm-1101-disk-0"]);
        assert.deepEqual(await volumes("pve2", 1102), ["local-lvm:vm-1102-cloudinit", "local-lvm:vm-1102-disk-0"]);
    });
});
