/** Settings of VMs that most sites leave alone: what the provider is given when they are set, and when they are not. */
import assert from "node:assert/strict";
import type { HaApiLoadBalancerArgs } from "../../../components";
import type { Inputs } from "../../../components/model/inputs";
import { virtualMachines } from "../support";
import { constructUnderMocks, PRIVATE_KEY, type Registration, unwrapSecrets } from "./mocks";

type Settings = NonNullable<Inputs["virtualMachines"]>;

const MARK = "Load-balancer host of the Kubernetes API, managed by Pulumi (ha-api/test, api-vrrp1-vm).";

/** `hosts`: how many, where several cannot have the same settings. */
function withSettings(settings: Partial<Settings>, hosts = 2): HaApiLoadBalancerArgs {
    const { virtualMachines: shared, hosts: all } = virtualMachines();
    const {
        tls: _tls,
        vipLookup: _lookup,
        ...inputs
    } = virtualMachines({
        virtualMachines: { ...shared, ...settings },
        hosts: all.slice(0, hosts),
        allowSingleHost: hosts === 1,
    });
    return { ...inputs, ssh: { ...inputs.ssh, privateKey: PRIVATE_KEY } };
}

async function registered(settings: Partial<Settings>, hosts?: number): Promise<Registration> {
    return (await constructUnderMocks(withSettings(settings, hosts))).byName("api-vrrp1-vm");
}

/** What the provider is given for these settings and would not be without them. */
async function given(settings: Partial<Settings>, hosts?: number): Promise<Record<string, unknown>> {
    const inputs = async (each: Partial<Settings>): Promise<Record<string, unknown>> =>
        unwrapSecrets((await registered(each, hosts)).inputs) as Record<string, unknown>;
    const plain = await inputs({});
    const set = await inputs(settings);
    return Object.fromEntries(
        Object.entries(set)
            .filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(plain[key]))
            .map(([key, value]) => [key, key === "smbios" ? { uuid: "drawn" } : value]),
    );
}

describe("settings of a VM", () => {
    const lines: [what: string, settings: Partial<Settings>, reaches: Record<string, unknown>][] = [
        [
            "how the disk is attached",
            {
                disk: {
                    ssd: true,
                    cache: "writeback",
                    aio: "threads",
                    discard: false,
                    ioThread: false,
                    backup: false,
                    replicate: false,
                },
            },
            {
                disks: [
                    {
                        interface: "scsi0",
                        datastoreId: "local-lvm",
                        size: 8,
                        iothread: false,
                        discard: "ignore",
                        aio: "threads",
                        cache: "writeback",
                        ssd: true,
                        backup: false,
                        replicate: false,
                    },
                ],
            },
        ],
        [
            "more of the CPU",
            { cpu: { sockets: 2, numa: true, units: 200, limit: 3, flags: ["+aes", "-pcid"] } },
            {
                cpu: {
                    cores: 2,
                    type: "x86-64-v2-AES",
                    sockets: 2,
                    numa: true,
                    units: 200,
                    limit: 3,
                    flags: ["+aes", "-pcid"],
                },
            },
        ],
        ["memory that is left to the guest", { balloon: 512 }, { memory: { dedicated: 1024, floating: 512 } }],
        ["no start with the node", { onBoot: false }, { onBoot: false }],
        [
            "a place in the order",
            { startup: { order: 2, upDelay: 30, downDelay: 60 } },
            { startup: { order: 2, upDelay: 30, downDelay: 60 } },
        ],
        ["a pool", { pool: "lb" }, { poolId: "lb" }],
        ["protection", { protection: true }, { protection: true }],
        [
            "notes above the line by which the VM is known",
            { description: "Ask the network team.\n" },
            { description: `Ask the network team.\n\n${MARK}` },
        ],
        ["patience", { shutdownTimeout: 60 }, { timeoutShutdownVm: 60 }],
        ["a shutdown before the end", { stopOnDestroy: false }, { stopOnDestroy: false }],
        ["volumes that stay", { deleteUnreferencedDisksOnDestroy: false }, { deleteUnreferencedDisksOnDestroy: false }],
        [
            "more of the network device",
            { networkDevice: { macAddress: "bc:24:11:0a:0b:0c", mtu: 9000, queues: 2, rateLimit: 50 } },
            {
                networkDevices: [
                    { bridge: "vmbr0", macAddress: "BC:24:11:0A:0B:0C", mtu: 9000, queues: 2, rateLimit: 50 },
                ],
                smbios: { uuid: "drawn" },
            },
        ],
        ["a serial display", { display: "serial0" }, { vga: { type: "serial0" } }],
        [
            "a linked clone, on the template's own storage",
            { template: { vmId: 9000, node: "pve1", linked: true } },
            { clone: { vmId: 9000, nodeName: "pve1", full: false } },
        ],
    ];
    for (const [what, settings, reaches] of lines)
        it(`reach the provider: ${what}`, async () => assert.deepEqual(await given(settings, 1), reaches));

    it("reach cloud-init: the storage of its drive, and vendor data", async () => {
        const { initialization } = (await given({
            cloudInit: { datastore: "ceph", vendorData: "local:snippets/agent.yaml" },
        })) as { initialization: Record<string, unknown> };
        assert.deepEqual(
            [initialization["datastoreId"], initialization["vendorDataFileId"]],
            ["ceph", "local:snippets/agent.yaml"],
        );
    });

    it("reach the provider and cloud-init: further network devices, in the same order", async () => {
        const { networkDevices, initialization } = (await given(
            {
                extraNetworkDevices: [
                    { bridge: "vmbr1", vlanId: 7, address: "10.40.0.11/24" },
                    { bridge: "vmbr2", address: "10.50.0.11/16", mtu: 1400 },
                ],
            },
            1,
        )) as { networkDevices: unknown; initialization: { ipConfigs: unknown } };
        assert.deepEqual(networkDevices, [
            { bridge: "vmbr0" },
            { bridge: "vmbr1", vlanId: 7 },
            { bridge: "vmbr2", mtu: 1400 },
        ]);
        assert.deepEqual(initialization.ipConfigs, [
            { ipv4: { address: "10.30.100.101/24", gateway: "10.30.100.1" } },
            { ipv4: { address: "10.40.0.11/24" } },
            { ipv4: { address: "10.50.0.11/16" } },
        ]);
    });

    it("reach the provider: the firmware of a VM from an image", async () => {
        const image = { url: "https://images.example.com/debian-12.qcow2", checksum: "ab".repeat(32) };
        const { bios, machine, tpmState, efiDisk } = await given({
            bios: "ovmf",
            machine: "q35",
            tpm: true,
            efiDisk: { preEnrolledKeys: true },
            datastore: "ceph",
            template: undefined,
            image,
        });
        assert.deepEqual([bios, machine], ["ovmf", "q35"]);
        assert.deepEqual(tpmState, { datastoreId: "ceph", version: "v2.0" });
        assert.deepEqual(efiDisk, { datastoreId: "ceph", type: "4m", preEnrolledKeys: true });
    });

    it("leave out a thread for a disk on SATA, which has none", async () => {
        const { disks } = (await given({ diskInterface: "sata0" })) as { disks: object[] };
        assert.deepEqual(disks, [{ interface: "sata0", datastoreId: "local-lvm", size: 8, discard: "on" }]);
    });

    it("tell a VM with a MAC address of the user's from the next one of the same address", async () => {
        const identity = async (): Promise<unknown> => {
            const settings = withSettings({ networkDevice: { macAddress: "BC:24:11:0A:0B:0C" } }, 1);
            const result = await constructUnderMocks(settings);
            return unwrapSecrets(result.byName("api-vrrp1-packages").inputs["triggers"]);
        };
        assert.notDeepEqual(await identity(), await identity());
    });

    it("are a host's own where it has them, as a group", async () => {
        const shared = withSettings({ cpu: { sockets: 2, numa: true } });
        const [first, ...others] = shared.hosts;
        const result = await constructUnderMocks({
            ...shared,
            hosts: [{ ...first!, virtualMachine: { ...first!.virtualMachine, cpu: { limit: 1 } } }, ...others],
        });
        const cpu = (host: string): unknown =>
            (unwrapSecrets(result.byName(`api-${host}-vm`).inputs) as { cpu: unknown }).cpu;
        assert.deepEqual(cpu("vrrp1"), { cores: 2, type: "x86-64-v2-AES", limit: 1 });
        assert.deepEqual(cpu("vrrp2"), { cores: 2, type: "x86-64-v2-AES", sockets: 2, numa: true });
    });

    it("have Pulumi refuse to remove a protected VM, whose power would be cut before Proxmox refuses", async () => {
        assert.equal((await registered({ protection: true })).options.protect, true);
        assert.equal((await registered({})).options.protect, undefined);
    });

    it("take changed notes into account where there are notes of the user's", async () => {
        const ignored = async (settings: Partial<Settings>): Promise<boolean> =>
            (await registered(settings)).options.ignoreChanges!.includes("description");
        assert.deepEqual([await ignored({}), await ignored({ description: "Room 7" })], [true, false]);
    });

    it("make the last step wait again for those that power-cycle the VM, and for no other", async () => {
        const command = async (settings: Partial<Settings>): Promise<unknown> =>
            unwrapSecrets(
                (await constructUnderMocks(withSettings(settings))).byName("api-vrrp1-configuration").inputs["create"],
            );
        const plain = await command({});
        const cycling: Partial<Settings>[] = [{ cpu: { limit: 1 } }, { balloon: 1024 }, { disk: { aio: "threads" } }];
        for (const settings of cycling) assert.notEqual(await command(settings), plain, JSON.stringify(settings));
        const online: Partial<Settings>[] = [
            { disk: { cache: "writeback" } },
            { startup: { order: 1 } },
            { pool: "a" },
        ];
        for (const settings of online) assert.equal(await command(settings), plain, JSON.stringify(settings));
    });
});
