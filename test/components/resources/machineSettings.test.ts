/** Settings of VMs that most sites leave alone: what the provider is given when they are set, and when they are not. */
import assert from "node:assert/strict";
import type { HaApiLoadBalancerArgs } from "../../../components";
import type { Inputs } from "../../../components/model/inputs";
import { virtualMachines, withValue } from "../support";
import { constructUnderMocks, PRIVATE_KEY, type Registration, unwrapSecrets } from "./mocks";

type Settings = NonNullable<Inputs["virtualMachines"]>;

const MARK = "Load-balancer host of the Kubernetes API, managed by Pulumi (ha-api/test, api-vrrp1-vm).";

function withSettings(settings: Partial<Settings>): HaApiLoadBalancerArgs {
    const shared = virtualMachines().virtualMachines;
    const {
        tls: _tls,
        vipLookup: _lookup,
        ...inputs
    } = withValue(virtualMachines(), "virtualMachines", { ...shared, ...settings });
    return { ...inputs, ssh: { ...inputs.ssh, privateKey: PRIVATE_KEY } };
}

async function registered(settings: Partial<Settings>): Promise<Registration> {
    return (await constructUnderMocks(withSettings(settings))).byName("api-vrrp1-vm");
}

/** What the provider is given for these settings and would not be without them. */
async function given(settings: Partial<Settings>): Promise<Record<string, unknown>> {
    const inputs = async (each: Partial<Settings>): Promise<Record<string, unknown>> =>
        unwrapSecrets((await registered(each)).inputs) as Record<string, unknown>;
    const plain = await inputs({});
    const set = await inputs(settings);
    return Object.fromEntries(
        Object.entries(set).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(plain[key])),
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
    ];
    for (const [what, settings, reaches] of lines)
        it(`reach the provider: ${what}`, async () => assert.deepEqual(await given(settings), reaches));

    it("reach cloud-init: the storage of its drive, and vendor data", async () => {
        const { initialization } = (await given({
            cloudInit: { datastore: "ceph", vendorData: "local:snippets/agent.yaml" },
        })) as { initialization: Record<string, unknown> };
        assert.deepEqual(
            [initialization["datastoreId"], initialization["vendorDataFileId"]],
            ["ceph", "local:snippets/agent.yaml"],
        );
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
