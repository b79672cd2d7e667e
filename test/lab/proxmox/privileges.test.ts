/**
 * What a caller may do: Proxmox's own messages for what they may not, and the users that docs/security.md tells its
 * readers to make.
 */
import assert from "node:assert/strict";
import {
    DOCUMENTED_TOKEN,
    documentedCommands,
    IMAGE_TOKEN,
    labCommands,
} from "../../../proving-ground/lab/proxmox/access/documented";
import { AccessControl } from "../../../proving-ground/lab/proxmox/access/accessControl";
import { type Version, VERSIONS } from "../../../proving-ground/lab/proxmox/access/privileges";
import { pveum } from "../../../proving-ground/lab/proxmox/access/pveum";
import { DOCUMENTED, FakeProxmoxServer, SECRET, type Answer } from "./fakeProxmoxServer";

const TOKENS = [DOCUMENTED, `${IMAGE_TOKEN}=${SECRET}`, `alice@pve!t=${SECRET}`];
const ALICE = ["pveum user add alice@pve", "pveum user token add alice@pve t --privsep 0"];

describe("fake Proxmox: privileges", () => {
    let lab: FakeProxmoxServer;
    afterEach(() => lab.stop());

    /** A lab with a user alice, who has what the commands give her. */
    async function withAlice(...commands: string[]): Promise<void> {
        lab = await FakeProxmoxServer.start({ tokens: TOKENS, commands: [...ALICE, ...commands] });
    }

    const role = (privileges: string): string => `pveum role add R -privs "${privileges}"`;
    const grant = (path: string, ...more: string[]): string =>
        ["pveum acl modify", path, "-user alice@pve -role R", ...more].join(" ");
    const as =
        (token: string) =>
        (method: string, path: string, values: Record<string, string | number> = {}): Promise<Answer> =>
            lab.call(method, path, values, { authorization: `PVEAPIToken=${token}=${SECRET}` });
    const alice = as("alice@pve!t");
    const outcome = ({ status, reason }: Answer): string => (status === 200 ? "allowed" : `${status} ${reason}`);

    it(
        "refuses a clone of a template with the path and the privilege that is missing, before it checks " +
            "anything else",
        async () => {
            await withAlice(role("VM.Audit"), grant("/"));
            assert.equal(
                outcome(await alice("POST", "/nodes/pve1/qemu/9000/clone", { newid: 101 })),
                "403 Permission check failed (/vms/9000, VM.Clone)",
            );
            assert.equal(
                outcome(await alice("POST", "/nodes/nowhere/qemu/9000/clone")),
                "403 Permission check failed (/vms/9000, VM.Clone)",
            );
        },
    );

    it("shows a VM only to those who may see it", async () => {
        await withAlice(role("VM.PowerMgmt VM.Config.Options"), grant("/"));
        const listed = await alice("GET", "/cluster/resources", { type: "vm" });
        assert.deepEqual(listed.data, []);
        assert.deepEqual((await alice("GET", "/nodes/pve1/qemu")).data, []);
        assert.equal(
            outcome(await alice("GET", "/nodes/pve1/qemu/9000/config")),
            "403 Permission check failed (/vms/9000, VM.Audit)",
        );
    });

    it("lets what is given nearest to a path replace what is given above", async () => {
        await withAlice(role("VM.Audit"), grant("/"), "pveum acl modify /vms/9000 -user alice@pve -role NoAccess");
        const { data } = await alice("GET", "/cluster/resources", { type: "vm" });
        assert.deepEqual(
            (data as { vmid: number }[]).map(({ vmid }) => vmid),
            [9001],
        );
    });

    it("keeps to its path what is not to be handed down", async () => {
        await withAlice(role("VM.Audit"), grant("/vms", "-propagate 0"));
        assert.equal(
            outcome(await alice("GET", "/nodes/pve1/qemu/9000/config")),
            "403 Permission check failed (/vms/9000, VM.Audit)",
        );
    });

    it("lets a token with separated privileges do only what it and its user may", async () => {
        lab = await FakeProxmoxServer.start({
            tokens: TOKENS,
            commands: [
                "pveum user add alice@pve",
                "pveum user token add alice@pve t",
                role("VM.Audit"),
                "pveum role add S -privs VM.Clone",
                "pveum acl modify / -token alice@pve!t -role R",
                grant("/vms/9000"),
            ],
        });
        assert.equal(outcome(await alice("GET", "/nodes/pve1/qemu/9000/config")), "allowed");
        await lab.clone(101);
        assert.equal(
            outcome(await alice("GET", "/nodes/pve1/qemu/101/config")),
            "403 Permission check failed (/vms/101, VM.Audit)",
        );
    });

    it("counts rights on a pool for the guests in it", async () => {
        await withAlice(role("VM.Audit"), grant("/pool/lb"));
        await lab.data("POST", "/pools", { poolid: "lb" });
        await lab.task("POST", "/nodes/pve1/qemu/9000/clone", { newid: 101, pool: "lb" });
        assert.equal(outcome(await alice("GET", "/nodes/pve1/qemu/101/config")), "allowed");
        assert.equal(
            outcome(await alice("GET", "/nodes/pve1/qemu/9000/config")),
            "403 Permission check failed (/vms/9000, VM.Audit)",
        );
    });

    const CONFIGURATION: [option: string, value: string, privilege: string, path?: string][] = [
        ["cores", "2", "VM.Config.CPU"],
        ["memory", "2048", "VM.Config.Memory"],
        ["scsihw", "virtio-scsi-single", "VM.Config.HWType"],
        ["serial0", "socket", "VM.Config.HWType"],
        ["onboot", "1", "VM.Config.Options"],
        ["tags", "a", "VM.Config.Options"],
        ["agent", "1", "VM.Config.Options"],
        ["boot", "order=scsi0", "VM.Config.Disk"],
        ["freeze", "1", "VM.PowerMgmt"],
        ["startup", "order=1", "Sys.Modify", "/"],
        ["usb0", "spice", "VM.Config.HWType"],
        ["usb0", "mapping=key", "Mapping.Use", "/mapping/usb/key"],
        ["hostpci0", "mapping=gpu", "Mapping.Use", "/mapping/pci/gpu"],
        ["virtiofs0", "share", "Mapping.Use", "/mapping/dir/share"],
        ["rng0", "/dev/hwrng", "Mapping.Use", "/mapping/hwrng"],
        ["ide3", "none,media=cdrom", "VM.Config.CDROM"],
        ["net0", "model=virtio,bridge=vmbr0,tag=7", "SDN.Use", "/sdn/zones/localnetwork/vmbr0"],
        ["net1", "model=virtio,bridge=vmbr0,tag=7", "SDN.Use", "/sdn/zones/localnetwork/vmbr0/7"],
        ["net1", "model=virtio,bridge=vmbr0", "VM.Config.Network"],
        ["ide2", "local-lvm:cloudinit", "VM.Config.Cloudinit"],
        ["scsi1", "local-lvm:8", "Datastore.AllocateSpace", "/storage/local-lvm"],
        ["scsi1", "local-lvm:8", "VM.Config.Disk"],
    ];
    const ALL =
        "VM.Config.CPU VM.Config.Memory VM.Config.HWType VM.Config.Options VM.Config.Disk VM.Config.CDROM " +
        "VM.Config.Network VM.Config.Cloudinit SDN.Use Datastore.AllocateSpace VM.PowerMgmt Sys.Modify Mapping.Use";
    for (const [option, value, privilege, path = "/vms/101"] of CONFIGURATION) {
        it(`asks for ${privilege} on ${path} to set ${option} to ${value}`, async () => {
            await withAlice(
                role(
                    ALL.split(" ")
                        .filter((each) => each !== privilege)
                        .join(" "),
                ),
                grant("/"),
            );
            await lab.clone(101);
            assert.equal(
                outcome(await alice("PUT", "/nodes/pve1/qemu/101/config", { [option]: value })),
                `403 Permission check failed (${path}, ${privilege})`,
            );
        });
    }

    for (const [option, value, what] of [
        ["args", "-cpu host", ""],
        ["vmgenid", "1", ""],
        ["lock", "backup", ""],
        ["usb0", "1234:5678", " for real devices"],
        ["hostpci0", "00:02", " for non-mapped devices"],
    ] as const) {
        it(`leaves ${option} to root with a password`, async () => {
            await withAlice(role(ALL), grant("/"));
            await lab.clone(101);
            assert.equal(
                outcome(await alice("PUT", "/nodes/pve1/qemu/101/config", { [option]: value })),
                `500 only root can set '${option}' config${what}`,
            );
        });
    }

    it(
        "takes either of two privileges for cloud-init data, and leaves options of the node to root with a " +
            "password",
        async () => {
            await withAlice(role("VM.Config.Network"), grant("/"));
            await lab.clone(101);
            const path = "/nodes/pve1/qemu/101/config";
            assert.equal(outcome(await alice("PUT", path, { ciuser: "ops", ciupgrade: 0 })), "allowed");
            assert.equal(
                outcome(await alice("PUT", path, { args: "-cpu host" })),
                "500 only root can set 'args' config",
            );
            assert.equal(
                (await lab.call("PUT", path, { hookscript: "local:snippets/x" })).reason,
                "only root can set 'hookscript' config",
            );
        },
    );

    it("hides tasks of others", async () => {
        await withAlice(role("VM.Audit"), grant("/"));
        const { upid } = await lab.task("POST", "/nodes/pve1/qemu/9000/clone", { newid: 101 });
        assert.equal(
            outcome(await alice("GET", `/nodes/pve1/tasks/${encodeURIComponent(upid)}/status`)),
            "403 Permission check failed (/nodes/pve1, Sys.Audit)",
        );
        assert.deepEqual((await alice("GET", "/nodes/pve1/tasks")).data, []);
    });

    for (const [version, privilege] of [
        ["8.4", "VM.Monitor"],
        ["9.1", "VM.GuestAgent.Audit"],
    ] as const) {
        it(`asks for ${privilege} to speak to the guest agent in ${version}`, async () => {
            lab = await FakeProxmoxServer.start({
                version,
                tokens: TOKENS,
                commands: [
                    ...ALICE,
                    role("VM.Audit"),
                    `pveum role add M -privs ${privilege}`,
                    grant("/vms/101"),
                    "pveum acl modify /vms/102 -user alice@pve -role M",
                ],
            });
            for (const vmid of [101, 102]) {
                await lab.clone(vmid);
                await lab.task("POST", `/nodes/pve1/qemu/${vmid}/status/start`);
            }
            assert.match(
                outcome(await alice("POST", "/nodes/pve1/qemu/101/agent/ping")),
                new RegExp(`^403 .*/vms/101, ${privilege}`),
            );
            assert.equal(outcome(await alice("POST", "/nodes/pve1/qemu/102/agent/ping")), "allowed");
        });
    }

    it("is not put up with a role of privileges that the release does not know", () => {
        const access = (version: Version): AccessControl => new AccessControl(version, () => undefined);
        assert.throws(() => pveum(access("9.1"), [role("VM.Monitor")]), /invalid privilege 'VM\.Monitor'/);
        assert.throws(
            () => pveum(access("8.4"), [role("VM.GuestAgent.Audit")]),
            /invalid privilege 'VM\.GuestAgent\.Audit'/,
        );
        for (const version of Object.keys(VERSIONS) as Version[]) pveum(access(version), labCommands());
    });

    describe("with the commands of docs/security.md", () => {
        const privileges = (): string[] => /-privs "([^"]+)"/.exec(documentedCommands().template[0]!)![1]!.split(" ");

        /** What the provider does to a host whose template is on the other node, from making it to removing it. */
        const LIFE: [method: string, path: string, values?: Record<string, string | number>][] = [
            ["GET", "/nodes/pve1/qemu/9000/config"],
            ["GET", "/nodes/pve1/storage/local-lvm/status"],
            ["POST", "/nodes/pve1/qemu/9000/clone", { newid: 101, full: 1, name: "vrrp1", storage: "local-lvm" }],
            ["GET", "/nodes/pve1/qemu/101/status/current"],
            [
                "POST",
                "/nodes/pve1/qemu/101/migrate",
                { target: "pve2", "with-local-disks": 1, targetstorage: "local-lvm" },
            ],
            ["PUT", "/nodes/pve2/qemu/101/config", { delete: "ide2" }],
            [
                "PUT",
                "/nodes/pve2/qemu/101/config",
                {
                    agent: "enabled=1",
                    cores: 2,
                    memory: 2048,
                    onboot: 1,
                    ostype: "l26",
                    tags: "a",
                    net0: "model=virtio,bridge=vmbr0",
                    ide2: "file=local-lvm:cloudinit",
                    ide3: "file=none,media=cdrom",
                    ciuser: "ops",
                    ciupgrade: 0,
                    ipconfig0: "ip=10.77.0.101/24",
                    serial0: "socket",
                    scsihw: "virtio-scsi-single",
                    boot: "order=scsi0;ide3",
                    delete: "net1,serial1",
                },
            ],
            ["PUT", "/nodes/pve2/qemu/101/resize", { disk: "scsi0", size: 8 * 1024 ** 3 }],
            ["POST", "/nodes/pve2/qemu/101/status/start"],
            ["GET", "/cluster/resources", { type: "vm" }],
            ["GET", "/nodes/pve2/storage/local-lvm/content/local-lvm:vm-101-disk-0"],
            ["POST", "/nodes/pve2/qemu/101/status/stop"],
            ["PUT", "/nodes/pve2/qemu/101/cloudinit"],
            ["DELETE", "/nodes/pve2/qemu/101/", { purge: 1 }],
        ];

        /** The first refusal in that life; undefined when there is none, and the VM was seen by its maker. */
        async function refusal(
            commands: string[],
            { version, life = LIFE, pool }: { version?: Version; life?: typeof LIFE; pool?: string } = {},
        ): Promise<string | undefined> {
            lab = await FakeProxmoxServer.start({
                tokens: TOKENS.slice(0, 1),
                commands,
                ...(version === undefined ? {} : { version }),
            });
            if (pool !== undefined) await lab.data("POST", "/pools", { poolid: pool });
            const pulumi = as(DOCUMENTED_TOKEN);
            for (const [method, path, values] of life) {
                const answer = await pulumi(method, path, values);
                if (answer.status !== 200) return `${method} ${path}: ${outcome(answer)}`;
                if (
                    path === "/cluster/resources" &&
                    !(answer.data as { vmid: number }[]).some(({ vmid }) => vmid === 101)
                )
                    return "the VM is not seen";
                if (typeof answer.data === "string" && answer.data.startsWith("UPID:")) {
                    const { exitstatus } = await lab.ended(answer.data);
                    if (exitstatus !== "OK") return `${method} ${path}: ${exitstatus}`;
                }
            }
            return undefined;
        }

        for (const version of Object.keys(VERSIONS) as Version[]) {
            it(`refuses nothing to a host whose template is on the other node, as ${version}`, async () => {
                assert.equal(await refusal(documentedCommands().template, { version }), undefined);
            });
        }

        it("refuses nothing either where the role is given on single paths", async () => {
            const { template, narrow } = documentedCommands();
            const commands = template.flatMap((command) => (command.includes("acl modify / ") ? narrow : [command]));
            assert.equal(await refusal(commands), undefined);
        });

        it("refuses an order of starting and a pool without the commands for them, and not with them", async () => {
            const pool = "LoadBalancers";
            const clone = { newid: 101, full: 1, name: "vrrp1", pool };
            const life: typeof LIFE = [
                ["POST", "/nodes/pve1/qemu/9000/clone", clone],
                ["PUT", "/nodes/pve1/qemu/101/config", { startup: "order=2", delete: "net1" }],
                ["GET", "/pools", { poolid: pool }],
                ["GET", "/cluster/resources", { type: "vm" }],
            ];
            const { template, settings } = documentedCommands();
            const without = (what: string): string[] => [
                ...template,
                ...settings.filter((command) => !command.includes(what)),
            ];
            const tried = async (commands: string[]): Promise<string | undefined> => {
                const outcome = await refusal(commands, { life, pool });
                await lab.stop();
                return outcome;
            };
            assert.equal(await tried(without("nothing")), undefined);
            assert.match(String(await tried(without("Startup"))), /403 Permission check failed \(\/, Sys\.Modify\)/);
            assert.match(String(await tried(without("Pool"))), /403 Permission check failed \(\/pool\/LoadBalancers/);
            lab = await FakeProxmoxServer.start();
        });

        it("refuses nothing without VM.Migrate to a host whose template is on its own node", async () => {
            const commands = documentedCommands().template.map((command) => command.replace("VM.Migrate ", ""));
            const life = LIFE.filter(([, path]) => !path.endsWith("/migrate")).map(
                ([method, path, ...values]): (typeof LIFE)[number] => [method, path.replace("pve2", "pve1"), ...values],
            );
            assert.equal(await refusal(commands, { life }), undefined);
        });

        for (const privilege of /-privs "([^"]+)"/.exec(documentedCommands().template[0]!)![1]!.split(" ")) {
            it(`refuses something without ${privilege}`, async () => {
                const fewer = privileges()
                    .filter((each) => each !== privilege)
                    .join(" ");
                const commands = documentedCommands().template.map((command) =>
                    command.replace(/-privs "[^"]+"/, `-privs "${fewer}"`),
                );
                assert.match(String(await refusal(commands)), /: 403 Permission check failed|not seen/);
            });
        }
    });
});
