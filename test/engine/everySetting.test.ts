/**
 * A VM with everything set at once that a clone can have, as each release of Proxmox VE, by the real engine and
 * provider: what Proxmox then has, that a second run finds no difference, and what changes do.
 */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Inputs } from "../../components/model/inputs";
import { storageCommands } from "../../proving-ground/lab/proxmox/access/documented";
import { testedVersions } from "../breadth";
import { virtualMachines } from "../components/support";
import { DESTROY, MachinesStack } from "./machinesStack";

const SETTINGS = {
    template: { vmId: 9000, node: "pve1", linked: true },
    gateway6: "fe80::1",
    diskSize: 9,
    disk: {
        ssd: true,
        cache: "writeback",
        aio: "threads",
        discard: false,
        ioThread: false,
        backup: false,
        replicate: false,
    },
    cloudInit: { datastore: "local-lvm", vendorData: "local:snippets/agent.yaml" },
    cpu: { sockets: 2, numa: true, units: 200, limit: 2, flags: ["+aes", "-pcid"] },
    balloon: 512,
    networkDevice: { macAddress: "bc:24:11:0a:0b:0c", mtu: 1400, queues: 2, rateLimit: 200 },
    extraNetworkDevices: [{ bridge: "vmbr1", vlanId: 7, address: "10.40.0.11/24", mtu: 1 }],
    display: "serial0",
    onBoot: false,
    startup: { order: 2, upDelay: 30, downDelay: 60 },
    pool: "LoadBalancers",
    description: "Ask the network team.",
    shutdownTimeout: 60,
    stopOnDestroy: false,
    deleteUnreferencedDisksOnDestroy: false,
};
const { template, diskSize, gateway6, networkDevice, extraNetworkDevices } = SETTINGS;
/** What cannot be left out again without another VM or another address. */
const LEFT = { template, diskSize, gateway6, networkDevice, extraNetworkDevices };

const IN_PROXMOX: Record<string, unknown> = {
    scsi0:
        "local-lvm:vm-1101-disk-0,aio=threads,backup=0,cache=writeback,discard=ignore,iothread=0,replicate=0," +
        "size=9G,ssd=1",
    cicustom: "vendor=local:snippets/agent.yaml",
    sockets: 2,
    numa: 1,
    cpuunits: 200,
    cpulimit: 2,
    cpu: "cputype=x86-64-v2-AES,flags=+aes;-pcid",
    balloon: 512,
    net0: "virtio=BC:24:11:0A:0B:0C,bridge=vmbr0,firewall=0,mtu=1400,queues=2,rate=200.000000",
    ipconfig0: "gw=10.30.100.1,gw6=fe80::1,ip=10.30.100.101/24,ip6=2001:db8:30:100::101/64",
    ipconfig1: "ip=10.40.0.11/24",
    vga: "memory=16,type=serial0",
    onboot: 0,
    startup: "order=2,up=30,down=60",
};

function inputs(settings: object): Inputs {
    const { hosts, virtualMachines: shared, ...rest } = virtualMachines();
    const [host] = hosts;
    return {
        ...rest,
        vip6: "2001:db8:30:100::100/64",
        hosts: [{ ...host!, address6: "2001:db8:30:100::101" }],
        allowSingleHost: true,
        virtualMachines: { ...shared, ...settings },
    };
}

for (const version of testedVersions)
    describe(`a VM with everything set, on Proxmox VE ${version}`, function () {
        this.timeout(300_000);
        this.bail(true);
        let stack: MachinesStack;
        before(async () => {
            stack = await MachinesStack.create({ version, commands: storageCommands(version) });
            await stack.proxmox.data("POST", "/pools", { poolid: SETTINGS.pool });
            const snippets = join(stack.proxmox.directory, "storage", "pve1", "local", "snippets");
            mkdirSync(snippets, { recursive: true });
            writeFileSync(join(snippets, "agent.yaml"), "#cloud-config\n");
        });
        after(() => stack.stop());

        const config = (): Promise<Record<string, unknown>> => stack.proxmox.config(1101);
        const starts = (): number => stack.proxmox.hypervisor.starts.length;
        const up = (settings: object): Promise<string> => stack.up(inputs(settings));

        it("is made with all of it, and found unchanged", async () => {
            await up(SETTINGS);
            const there = await config();
            assert.deepEqual(Object.fromEntries(Object.keys(IN_PROXMOX).map((key) => [key, there[key]])), IN_PROXMOX);
            assert.match(String(there["net1"]), /^virtio=BC:24:11:\S+,bridge=vmbr1,firewall=0,mtu=1,tag=7$/);
            assert.match(String(there["description"]), /^Ask the network team\.\n\nLoad-balancer host of/);
            const { members } = await stack.proxmox.data<{ members: { vmid: number }[] }>(
                "GET",
                `/pools/${SETTINGS.pool}`,
            );
            assert.deepEqual(
                members.map(({ vmid }) => vmid),
                [1101],
            );
        });

        it("is changed while it runs for what needs no restart, and power-cycled for what does", async () => {
            const online = { ...SETTINGS, disk: { ...SETTINGS.disk, cache: "none" }, startup: { order: 3 } };
            await up({ ...online, networkDevice: { ...networkDevice, mtu: 1500 }, description: "Room 7" });
            assert.equal(starts(), 1);
            await up({ ...online, cpu: { limit: 1 }, balloon: 1024, display: "std" });
            assert.equal(starts(), 2);
        });

        it("is as others are when all is left out again, and the same VM", async () => {
            assert.doesNotMatch(await up(LEFT), /replaced|deleted/);
            const { startup, onboot, balloon, sockets } = await config();
            assert.deepEqual([startup, onboot, balloon, sockets], [undefined, 1, 0, 1]);
        });

        it("is kept by protection, running, until that is taken away", async () => {
            await up({ ...LEFT, protection: true });
            const { status, output } = await stack.pulumi(...DESTROY);
            assert.notEqual(status, 0);
            assert.match(output, /cannot be deleted/);
            assert.ok(stack.proxmox.hypervisor.running.has(1101), "it was powered off");
            await up(LEFT);
            await stack.must(...DESTROY);
            assert.deepEqual(await stack.machines(), []);
        });
    });
