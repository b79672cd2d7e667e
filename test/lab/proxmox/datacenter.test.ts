/** The fake Proxmox's settings of the datacenter: tags that are not for all, bounds of ids, the firewall's switch. */
import assert from "node:assert/strict";
import { VERSIONS, type Version } from "../../../proving-ground/lab/proxmox/access/privileges";
import { FakeProxmoxServer, SECRET, type Answer, type Values } from "./fakeProxmoxServer";

const COMMANDS = [
    "pveum user add alice@pve",
    "pveum user token add alice@pve t --privsep 0",
    'pveum role add R -privs "VM.Audit VM.Allocate VM.Clone VM.Config.Options Datastore.AllocateSpace SDN.Use"',
    "pveum acl modify / -user alice@pve -role R",
];

for (const version of Object.keys(VERSIONS) as Version[])
    describe(`fake Proxmox ${version}: the datacenter`, () => {
        let lab: FakeProxmoxServer;
        beforeEach(async () => {
            lab = await FakeProxmoxServer.start({ version, tokens: [`alice@pve!t=${SECRET}`], commands: COMMANDS });
        });
        afterEach(() => lab.stop());

        const alice = (method: string, path: string, values: Values = {}): Promise<Answer> =>
            lab.call(method, path, values, { authorization: `PVEAPIToken=alice@pve!t=${SECRET}` });
        const options = (values: Values) => lab.data("PUT", "/cluster/options", values);
        const outcome = ({ status, reason }: Answer): string => (status === 200 ? "allowed" : `${status} ${reason}`);

        describe("tags", () => {
            const tag = async (values: Values) => outcome(await alice("PUT", "/nodes/pve1/qemu/101/config", values));
            const refused = (name: string) => `403 Permission check failed (/, Sys.Modify for modifying tag '${name}')`;
            const told = async () => (await alice("GET", "/cluster/options")).data as { "allowed-tags": string[] };
            beforeEach(() => lab.clone(101, { tags: "old;x" }));

            it("are everybody's at first, who are told of those there are", async () => {
                assert.equal(await tag({ tags: "x;new" }), "allowed");
                assert.deepEqual(await told(), { "allowed-tags": ["new", "x"] });
            });

            it("that are registered are set and removed by those who may change the datacenter", async () => {
                await options({ "registered-tags": "prod;x" });
                assert.equal(await tag({ tags: "old;x;prod" }), refused("prod"));
                assert.equal(await tag({ tags: "old" }), refused("x"));
                assert.equal(await tag({ delete: "tags" }), refused("x"));
                assert.equal(await tag({ tags: "x" }), "allowed");
                assert.deepEqual((await told())["allowed-tags"], []);
                await lab.data("PUT", "/nodes/pve1/qemu/101/config", { tags: "prod" });
            });

            it("are those of a list, those there are, or none, as the datacenter says", async () => {
                await options({ "user-tag-access": "user-allow=list,user-allow-list=a;b" });
                assert.equal(await tag({ tags: "old;x;a" }), "allowed");
                assert.equal(await tag({ tags: "old;x;a;c" }), refused("c"));
                await options({ "user-tag-access": "user-allow=existing" });
                assert.equal(await tag({ tags: "old" }), "allowed");
                assert.equal(await tag({ tags: "old;c" }), refused("c"));
                await options({ "user-tag-access": "user-allow=none" });
                assert.equal(await tag({ delete: "tags" }), refused("old"));
                assert.equal(await tag({ tags: "old", onboot: 1 }), "allowed");
            });

            it("are not looked at in a VM that is made with them", async () => {
                await options({ "user-tag-access": "user-allow=none" });
                assert.equal(outcome(await alice("POST", "/nodes/pve1/qemu", { vmid: 110, tags: "c" })), "allowed");
            });

            it("and the rules for them are shown to those who may look at the datacenter", async () => {
                await options({ "user-tag-access": "user-allow=list,user-allow-list=a;b", "registered-tags": "p" });
                assert.deepEqual(await told(), { "allowed-tags": ["a", "b"] });
                assert.deepEqual(await lab.data("GET", "/cluster/options"), {
                    "registered-tags": ["p"],
                    "user-tag-access": { "user-allow": "list", "user-allow-list": ["a", "b"] },
                    "allowed-tags": ["a", "b", "old", "p", "x"],
                });
                const { errors } = await lab.call("PUT", "/cluster/options", { "user-tag-access": "user-allow=some" });
                assert.match(errors!["user-tag-access"]!, /'none, list, existing, free'/);
            });
        });

        describe("ids", () => {
            const next = async () => outcome(await lab.call("GET", "/cluster/nextid"));
            const chosen = () => lab.data<string>("GET", "/cluster/nextid");

            it("are chosen within the datacenter's bounds", async () => {
                assert.equal(await chosen(), "100");
                await options({ "next-id": "lower=9000,upper=9003" });
                assert.equal(await chosen(), "9002");
                await lab.clone(9002);
                assert.equal(await next(), "500 unable to get any free VMID in range [9000, 9003]");
                const { errors } = await lab.call("PUT", "/cluster/options", { "next-id": "lower=300,upper=200" });
                assert.match(errors!["next-id"]!, /lower \(300\) <-> upper \(200\) boundary rules are screwed/);
            });

            it("that a container has are taken", async () => {
                await lab.container(100, { node: "pve2", hostname: "db" });
                assert.equal(await chosen(), "101");
                assert.deepEqual((await lab.call("GET", "/cluster/nextid", { vmid: 100 })).errors, {
                    vmid: "VM 100 already exists",
                });
                assert.equal(
                    outcome(await lab.call("POST", "/nodes/pve1/qemu", { vmid: 100 })),
                    "500 unable to create VM 100 - CT 100 already exists on node 'pve2'",
                );
                const { exitstatus } = await lab.task("POST", "/nodes/pve1/qemu/9000/clone", { newid: 100 });
                assert.equal(
                    exitstatus,
                    "close (rename) atomic file '/etc/pve/nodes/pve1/qemu-server/100.conf' failed: File exists",
                );
                const listed = await lab.data<{ id: string }[]>("GET", "/cluster/resources", { type: "vm" });
                assert.deepEqual(listed.map(({ id }) => id).sort(), ["lxc/100", "qemu/9000", "qemu/9001"]);
            });
        });

        it("shows what a node has to those who may look at it, and to everybody the CPU types it knows", async () => {
            const cpus = ({ data }: Answer) => (data as { maxcpu?: number }[]).map(({ maxcpu }) => maxcpu);
            assert.deepEqual(cpus(await alice("GET", "/nodes")), [undefined, undefined]);
            assert.deepEqual(cpus(await lab.call("GET", "/nodes")), [8, 8]);
            const { data } = await alice("GET", "/nodes/pve1/capabilities/qemu/cpu");
            const models = (data as { name: string }[]).map(({ name }) => name);
            assert.deepEqual(
                ["host", "x86-64-v2-AES", "hsot"].map((name) => models.includes(name)),
                [true, true, false],
            );
        });

        it("says what a caller may do on a path", async () => {
            const { data } = await alice("GET", "/access/permissions", { path: "/vms/101" });
            assert.equal((data as Record<string, Record<string, number>>)["/vms/101"]!["VM.Clone"], 1);
        });

        it("filters no VM while its firewall is off, and those that say so when it is on again", async () => {
            await lab.clone(101, { net0: "model=virtio,bridge=vmbr0,firewall=1" });
            await lab.data("PUT", "/nodes/pve1/qemu/101/firewall/options", { enable: 1 });
            const isFiltered = () => lab.hypervisor.filters.get(101) !== undefined;
            assert.equal(isFiltered(), true);
            await lab.data("PUT", "/cluster/firewall/options", { enable: 0 });
            assert.equal(isFiltered(), false);
            await lab.data("PUT", "/cluster/firewall/options", { enable: 1 });
            assert.equal(isFiltered(), true);
            assert.equal(
                outcome(await alice("GET", "/cluster/firewall/options")),
                "403 Permission check failed (/, Sys.Audit)",
            );
        });

        it("lists the storages that hold a kind of content", async () => {
            const shown = await lab.data<{ storage: string }[]>("GET", "/nodes/pve1/storage", { content: "images" });
            assert.deepEqual(
                shown.map(({ storage }) => storage),
                ["local-lvm", "local-zfs", "local-files", "nfs"],
            );
        });
    });
