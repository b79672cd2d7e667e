import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs } from "../../../components";
import type { Inputs } from "../../../components/model/inputs";
import { hostFiles, hostManifest } from "../../../components/render/host";
import { problemsIn } from "../../../components/spec/problems";
import {
    COMMAND,
    IMAGE,
    isSecret,
    KEY_MARK,
    constructUnderMocks,
    nameOf,
    unknownOutput,
    unwrapSecrets,
    PRIVATE_KEY,
    type Registration,
    type Result,
    valueOf,
    VM,
} from "./mocks";
import { existingMachines, modelOf, PUBLIC_KEY, virtualMachines, withValue } from "../support";

const args = ({ tls: _tls, vipLookup: _lookup, ...inputs }: Inputs): HaApiLoadBalancerArgs => ({
    ...inputs,
    ssh: { ...inputs.ssh, privateKey: PRIVATE_KEY },
});
const STEPS = ["ready", "revision", "packages", "configuration"];
const image = { url: "https://images.example.com/debian-12.qcow2", checksum: "ab".repeat(32) };

const fromTemplate = virtualMachines();
const fromImage = withValue(
    withValue(virtualMachines(), "virtualMachines.template", undefined),
    "virtualMachines.image",
    image,
);
const mixed = withValue(
    existingMachines({
        hosts: [
            {
                name: "vrrp1",
                address: "10.30.100.101",
                virtualMachine: { node: "pve1", template: { vmId: 9000 }, gateway: "10.30.100.1" },
            },
            {
                name: "vrrp2",
                address: "10.30.100.102",
                virtualMachine: { node: "pve2", image, gateway: "10.30.100.1" },
            },
            { name: "old", address: "10.30.100.103", hostKey: PUBLIC_KEY },
        ],
    }),
    "ssh.authorizedKeys",
    [PUBLIC_KEY],
);

/** Whether a step, directly or through others, waits for another resource. */
function waitsFor(result: Result, name: string, other: string): boolean {
    return result.dependencies(name).some((direct) => direct === other || waitsFor(result, direct, other));
}

describe("the component", () => {
    const kinds: [what: string, inputs: Inputs, hosts: string[], machines: string[]][] = [
        ["VMs cloned from a template", fromTemplate, ["vrrp1", "vrrp2"], ["vrrp1", "vrrp2"]],
        ["VMs made from an image", fromImage, ["vrrp1", "vrrp2"], ["vrrp1", "vrrp2"]],
        ["machines that exist already", existingMachines(), ["vrrp1", "vrrp2"], []],
        ["machines of every kind together", mixed, ["vrrp1", "vrrp2", "old"], ["vrrp1", "vrrp2"]],
    ];
    for (const [what, inputs, hosts, machines] of kinds) {
        describe(`with ${what}`, () => {
            let result: Result;
            let commands: Registration[];
            before(async () => {
                result = await constructUnderMocks(args(inputs));
                commands = result.ofType(COMMAND);
            });
            const step = (host: string, kind: string): Registration => result.byName(`api-${host}-${kind}`);

            it(
                "makes four remote commands a host, one VM for each host that is one, and nothing that has no " +
                    "name of its own",
                () => {
                    assert.equal(result.error, undefined);
                    assert.deepEqual(
                        commands.map(({ name }) => name).sort(),
                        hosts.flatMap((host) => STEPS.map((kind) => `api-${host}-${kind}`)).sort(),
                    );
                    assert.deepEqual(
                        result
                            .ofType(VM)
                            .map(({ name }) => name)
                            .sort(),
                        machines.map((host) => `api-${host}-vm`).sort(),
                    );
                    assert.equal(new Set(result.resources.map(({ name }) => name)).size, result.resources.length);
                },
            );

            it("has everything as its own child", () => {
                for (const { name, options } of result.resources.slice(1))
                    assert.equal(options.parent, result.component, name);
            });

            it("sets up each host in order: reachable, packages and a word for the change, configuration", () => {
                for (const host of hosts) {
                    assert.deepEqual(
                        result.dependencies(`api-${host}-ready`),
                        machines.includes(host) ? [`api-${host}-vm`] : [],
                    );
                    assert.deepEqual(result.dependencies(`api-${host}-packages`), [`api-${host}-ready`]);
                    assert.deepEqual(result.dependencies(`api-${host}-revision`), [`api-${host}-ready`]);
                    assert.ok(result.dependencies(`api-${host}-configuration`).includes(`api-${host}-packages`), host);
                    // Told by what the revision step says.
                    const [, word] = / (\S{8})$/.exec(step(host, "configuration").inputs["create"] as string) ?? [];
                    assert.equal(word, PUBLIC_KEY.slice(0, 8), "what every step says here");
                }
            });

            it("configures one host at a time, the most preferred last", () => {
                for (const [index, host] of hosts.entries()) {
                    for (const other of hosts.slice(index + 1)) {
                        assert.ok(
                            waitsFor(result, `api-${host}-configuration`, `api-${other}-configuration`),
                            `${host} after ${other}`,
                        );
                    }
                }
            });

            it(
                "touches no VM before the host before it serves, and installs on machines that are there " +
                    "everywhere at once",
                () => {
                    for (const [index, host] of hosts.entries()) {
                        for (const other of hosts.slice(index + 1)) {
                            if (machines.includes(host))
                                assert.ok(
                                    waitsFor(result, `api-${host}-vm`, `api-${other}-configuration`),
                                    `${host} after ${other}`,
                                );
                            else
                                assert.ok(
                                    !waitsFor(result, `api-${host}-packages`, `api-${other}-packages`),
                                    `${host} not after ${other}`,
                                );
                            assert.ok(
                                !waitsFor(result, `api-${other}-packages`, `api-${host}-packages`),
                                `${other} not after ${host}`,
                            );
                        }
                    }
                },
            );

            it("goes away with its VM without a word to it, and is made again with it", () => {
                for (const host of machines) {
                    for (const kind of STEPS) {
                        const { options, inputs: given } = step(host, kind);
                        assert.equal(nameOf(options.deletedWith!), `api-${host}-vm`);
                        assert.equal(given["delete"], undefined);
                        const triggers = unwrapSecrets(given["triggers"]) as string[];
                        // The first contact is made again with new cloud-init data too, since that gives the machine
                        // new host keys.
                        assert.equal(triggers.length, kind === "ready" ? 3 : 2);
                        assert.equal(
                            triggers[0],
                            result.byName(`api-${host}-vm`).inputs["vmId"] === undefined
                                ? "777"
                                : String(result.byName(`api-${host}-vm`).inputs["vmId"]),
                        );
                        assert.match(
                            triggers[1]!,
                            /^BC:24:11:/,
                            "an id can be given to another VM, its MAC address is not",
                        );
                    }
                }
            });

            it(
                "gives a machine that stays its own state back, and never runs anything again there for another " +
                    "reason than a change",
                () => {
                    for (const host of hosts.filter((name) => !machines.includes(name))) {
                        for (const kind of STEPS) {
                            const { options, inputs: given } = step(host, kind);
                            assert.equal(options.deletedWith, undefined);
                            assert.equal(given["triggers"], undefined);
                        }
                        assert.equal(step(host, "ready").inputs["delete"], undefined);
                        assert.match(
                            step(host, "packages").inputs["delete"] as string,
                            /sudo -n \/usr\/local\/libexec\/ha-api\/uninstall api-\S+$/,
                        );
                        assert.match(
                            step(host, "configuration").inputs["delete"] as string,
                            /sudo -n \/usr\/local\/libexec\/ha-api\/restore api-\S+$/,
                        );
                    }
                },
            );

            it(
                "has commands that are the same for create and update, with no environment, limited in time, " +
                    "silent on standard output",
                () => {
                    for (const { name, inputs: given, options } of commands) {
                        assert.equal(given["update"], undefined, name);
                        assert.equal(given["environment"], undefined, name);
                        assert.equal(given["addPreviousOutputInEnv"], false, name);
                        assert.equal(given["logging"], "stderr", name);
                        assert.match(options.customTimeouts?.create as string, /^\d+m$/);
                        assert.match(options.customTimeouts?.update as string, /^\d+m$/);
                        assert.match(options.customTimeouts?.delete as string, /^\d+m$/);
                        assert.equal(options.deleteBeforeReplace, true, name);
                        assert.ok(
                            (given["create"] as string).length < 100,
                            "the command is printed in full when it fails",
                        );
                    }
                },
            );

            it("has the private key in every connection, as a secret, and nowhere else", () => {
                for (const { name, inputs: given } of commands) {
                    assert.ok(isSecret(given["connection"]), name);
                    const { privateKey, host, port, user, dialErrorLimit, perDialTimeout, hostKey, ...others } =
                        unwrapSecrets(given["connection"]) as Record<string, unknown>;
                    assert.equal(privateKey, PRIVATE_KEY);
                    assert.deepEqual(
                        others,
                        {},
                        "a field the provider does not know would make it print the whole connection",
                    );
                    assert.deepEqual(
                        [host, port, user],
                        [
                            inputs.hosts.find((candidate) => name.startsWith(`api-${candidate.name}-`))!.address,
                            22,
                            "ops",
                        ],
                    );
                    assert.ok(
                        Number(dialErrorLimit) > 0 && Number(perDialTimeout) > 0,
                        "it is limited how long a host is tried to be reached",
                    );
                    assert.ok(
                        hostKey !== undefined || name.endsWith("-ready"),
                        "every connection but the first demands the host key",
                    );
                }
                for (const { name, inputs: given } of result.resources) {
                    const { connection: _connection, ...rest } = given;
                    assert.ok(!JSON.stringify(rest).includes(KEY_MARK), name);
                }
            });

            it("shows scripts and files as plain text, so that a preview can show what changes in them", () => {
                for (const { name, inputs: given } of commands) assert.equal(typeof given["stdin"], "string", name);
                const model = modelOf(inputs);
                for (const host of model.hosts)
                    assert.equal(step(host.name, "configuration").inputs["stdin"], hostManifest(model, host));
            });

            it(
                "never makes a VM with an old one of the same id still there, and keeps its hands off what " +
                    "Proxmox changes",
                () => {
                    result.ofType(VM).forEach(({ options, inputs: given }) => {
                        assert.equal(options.deleteBeforeReplace, true);
                        assert.deepEqual(options.ignoreChanges, [
                            "nodeName",
                            "disks[0].speed",
                            "disks[0].interface",
                            "bootOrders",
                            "agent.waitForIp",
                            "initialization.upgrade",
                            "initialization.vendorDataFileId",
                            "efiDisk",
                            "tpmState",
                            "smbios",
                            "description",
                            ...(given["clone"] === undefined ? [] : ["clone.nodeName", "clone.datastoreId"]),
                        ]);
                    });
                },
            );

            it("tells all that was asked for", async () => {
                const component = result.component!;
                assert.equal(await valueOf(component.vip), "10.30.100.100");
                assert.equal(await valueOf(component.kubeconfigServerUrl), "https://10.30.100.100:6443");
                const outputs = await valueOf(component.hosts);
                assert.deepEqual(
                    outputs.map(({ name, address }) => ({ name, address })),
                    inputs.hosts.map(({ name, address }) => ({ name, address })),
                );
                for (const output of outputs) {
                    assert.equal(output.hostKey, PUBLIC_KEY);
                    assert.deepEqual(
                        Object.keys(output).sort(),
                        machines.includes(output.name)
                            ? ["address", "hostKey", "name", "node", "priority", "vmId"]
                            : ["address", "hostKey", "name", "priority"],
                    );
                }
                const model = modelOf(inputs);
                const files = await valueOf(component.files);
                for (const host of model.hosts)
                    assert.deepEqual(
                        files[host.name],
                        Object.fromEntries(hostFiles(model, host).map(({ path, content }) => [path, content])),
                    );
            });

            it("shows none of its outputs as a secret", async () => {
                for (const output of [
                    result.component!.vip,
                    result.component!.kubeconfigServerUrl,
                    result.component!.hosts,
                    result.component!.files,
                ]) {
                    assert.equal(await pulumi.isSecret(output as pulumi.Output<unknown>), false);
                }
            });

            it("registers the same things in a preview, when nothing exists yet", async () => {
                const preview = await constructUnderMocks(args(inputs), true);
                assert.deepEqual(
                    preview.resources.map(({ name }) => name).sort(),
                    result.resources.map(({ name }) => name).sort(),
                );
                for (const { name, inputs: given } of preview.ofType(COMMAND))
                    assert.equal(typeof given["stdin"], "string", `${name} shows its text`);
            });
        });
    }

    it("gives a VM from a template everything but what its own settings leave out", async () => {
        const result = await constructUnderMocks(
            args(
                withValue(
                    withValue(fromTemplate, "virtualMachines.vlanId", 30),
                    "hosts[0].virtualMachine.memory",
                    2048,
                ),
            ),
        );
        assert.equal(result.ofType(IMAGE).length, 0);
        assert.deepEqual(unwrapSecrets(result.byName("api-vrrp1-vm").inputs), {
            nodeName: "pve1",
            name: "vrrp1",
            vmId: 1101,
            description: "Load-balancer host of the Kubernetes API, managed by Pulumi (ha-api/test, api-vrrp1-vm).",
            tags: ["ha-api"],
            onBoot: true,
            started: true,
            migrate: false,
            stopOnDestroy: true,
            rebootAfterUpdate: true,
            timeoutShutdownVm: 180,
            clone: { vmId: 9000, nodeName: "pve1", full: true, datastoreId: "local-lvm" },
            agent: { enabled: true, waitForIp: { disabled: true } },
            cpu: { cores: 2, type: "x86-64-v2-AES" },
            memory: { dedicated: 2048 },
            operatingSystem: { type: "l26" },
            scsiHardware: "virtio-scsi-single",
            cdrom: { fileId: "none" },
            serialDevices: [{ device: "socket" }],
            bootOrders: ["scsi0"],
            disks: [{ interface: "scsi0", datastoreId: "local-lvm", size: 8, iothread: true, discard: "on" }],
            networkDevices: [{ bridge: "vmbr0", vlanId: 30 }],
            initialization: {
                datastoreId: "local-lvm",
                dns: { servers: ["10.30.100.1"] },
                ipConfigs: [{ ipv4: { address: "10.30.100.101/24", gateway: "10.30.100.1" } }],
                userAccount: { username: "ops", keys: [PUBLIC_KEY] },
                upgrade: false,
            },
        });
    });

    it("leaves the choice of a VM's id to Proxmox when none is given", async () => {
        const result = await constructUnderMocks(
            args(withValue(fromTemplate, "hosts[0].virtualMachine.vmId", undefined)),
        );
        assert.equal(result.byName("api-vrrp1-vm").inputs["vmId"], undefined);
        assert.equal((await valueOf(result.component!.hosts))[0]!.vmId, 777);
    });

    it(
        "makes the first contact with a VM again when its cloud-init data change, and for no other change of the " +
            "VM",
        async () => {
            const triggers = async (inputs: Inputs, kind: string): Promise<unknown> =>
                unwrapSecrets((await constructUnderMocks(args(inputs))).byName(`api-vrrp1-${kind}`).inputs["triggers"]);
            const other = withValue(fromTemplate, "virtualMachines.searchDomain", "example.com");
            assert.notDeepEqual(await triggers(other, "ready"), await triggers(fromTemplate, "ready"));
            assert.deepEqual(await triggers(other, "packages"), await triggers(fromTemplate, "packages"));
            assert.deepEqual(
                await triggers(withValue(fromTemplate, "virtualMachines.memory", 2048), "ready"),
                await triggers(fromTemplate, "ready"),
            );
        },
    );

    describe("with images", () => {
        const hosts = (nodes: string[], own: (index: number) => object): Inputs => ({
            ...fromImage,
            hosts: nodes.map((node, index) => ({
                name: `vrrp${index + 1}`,
                address: `10.30.100.${101 + index}`,
                virtualMachine: { node, ...own(index) },
            })),
        });
        const downloads = async (inputs: Inputs): Promise<string[]> =>
            (await constructUnderMocks(args(inputs)))
                .ofType(IMAGE)
                .map(({ name }) => name)
                .sort();

        it("downloads the image once to each node, checked, and imports it as the VM's disk", async () => {
            const result = await constructUnderMocks(args(hosts(["pve1", "pve2", "pve1"], () => ({}))));
            assert.deepEqual(
                result
                    .ofType(IMAGE)
                    .map(({ name }) => name)
                    .sort(),
                ["api-image-pve1", "api-image-pve2"],
            );
            assert.deepEqual(unwrapSecrets(result.byName("api-image-pve1").inputs), {
                nodeName: "pve1",
                datastoreId: "local",
                contentType: "import",
                url: image.url,
                fileName: "debian-12.qcow2",
                checksum: image.checksum,
                checksumAlgorithm: "sha256",
                overwrite: false,
            });
            const vm = unwrapSecrets(result.byName("api-vrrp3-vm").inputs) as {
                disks: { importFrom: string }[];
                clone?: unknown;
            };
            assert.equal(vm.disks[0]!.importFrom, "local:import/debian-12.qcow2");
            assert.equal(vm.clone, undefined);
        });

        it("downloads once to a storage that the nodes share, for all of them", async () => {
            const shared = { ...image, datastore: "nfs", shared: true, downloadTimeout: 900, verifyCertificate: false };
            const result = await constructUnderMocks(args(hosts(["pve1", "pve2"], () => ({ image: { ...shared } }))));
            const [file, ...others] = result.ofType(IMAGE);
            assert.deepEqual([file!.name, others], ["api-image-@shared", []]);
            const { uploadTimeout, verify, datastoreId } = file!.inputs;
            assert.deepEqual([uploadTimeout, verify, datastoreId], [900, false, "nfs"]);
            assert.deepEqual(file!.options.ignoreChanges, ["nodeName"]);
        });

        it("downloads once to a node although each of its VMs has the image written out as its own", async () => {
            assert.deepEqual(await downloads(hosts(["pve1", "pve1"], () => ({ image: { ...image } }))), [
                "api-image-pve1",
            ]);
        });

        const url = (index: number): string => `https://images.example.com/${index}.qcow2`;

        it("downloads two images to a node whose VMs differ", async () => {
            assert.deepEqual(
                await downloads(hosts(["pve1", "pve1"], (index) => ({ image: { ...image, url: url(index) } }))),
                ["api-image-pve1", "api-image-pve1@2"],
            );
        });

        it("gives each download a name of its own, whatever the nodes are called", async () => {
            const images = await downloads(
                hosts(["pve1", "pve1", "pve1-2"], (index) => ({ image: { ...image, url: url(index) } })),
            );
            assert.equal(new Set(images).size, 3, images.join());
        });

        it("downloads nothing for a VM that is cloned", async () => {
            assert.deepEqual(
                await downloads(hosts(["pve1", "pve2"], (index) => (index === 0 ? { template: { vmId: 9000 } } : {}))),
                ["api-image-pve2"],
            );
        });
    });

    it("demands a given host key from the first contact on", async () => {
        const result = await constructUnderMocks(args(withValue(existingMachines(), "hosts[0].hostKey", PUBLIC_KEY)));
        assert.equal(
            (unwrapSecrets(result.byName("api-vrrp1-ready").inputs["connection"]) as { hostKey: string }).hostKey,
            PUBLIC_KEY,
        );
        assert.equal(
            (unwrapSecrets(result.byName("api-vrrp2-ready").inputs["connection"]) as { hostKey?: string }).hostKey,
            undefined,
        );
    });

    it("needs no sudo for root", async () => {
        const result = await constructUnderMocks(args(withValue(existingMachines(), "ssh.user", "root")));
        for (const { name, inputs } of result.ofType(COMMAND))
            assert.doesNotMatch(`${inputs["create"] as string} ${inputs["delete"] as string}`, /sudo/, name);
    });

    it("orders hosts by priority, not by their place in the list", async () => {
        const result = await constructUnderMocks(
            args(withValue(withValue(existingMachines(), "hosts[0].priority", 10), "hosts[1].priority", 20)),
        );
        assert.ok(
            waitsFor(result, "api-vrrp2-configuration", "api-vrrp1-configuration"),
            "the second host is the preferred one",
        );
    });

    it("runs the configuration step again when the packages step changes, and only then for that reason", async () => {
        const create = async (inputs: Inputs): Promise<unknown> =>
            (await constructUnderMocks(args(inputs))).byName("api-vrrp1-configuration").inputs["create"];
        assert.equal(await create(existingMachines()), await create(existingMachines({ port: 443 })));
        assert.notEqual(
            await create(existingMachines()),
            await create(existingMachines({ nginx: { source: "nginx.org" } })),
        );
    });

    describe("with inputs that are outputs", () => {
        const later = (text: pulumi.Input<string>): pulumi.Output<string> => pulumi.output(Promise.resolve(text));

        it("makes the same as with plain ones", async () => {
            const plain = await constructUnderMocks(args(fromTemplate));
            const given = args(fromTemplate);
            const other = await constructUnderMocks({
                ...given,
                vip: later(given.vip),
                hosts: given.hosts.map((host) => ({ ...host, address: later(host.address) })),
            });
            const inputs = (result: Result): unknown =>
                Object.fromEntries(result.resources.map(({ name, inputs: all }) => [name, unwrapSecrets(all)]));
            assert.deepEqual(inputs(other), inputs(plain));
        });

        it("previews what it can when an address is not known yet", async () => {
            const given = args(fromTemplate);
            const result = await constructUnderMocks(
                {
                    ...given,
                    hosts: given.hosts.map((host, index) =>
                        index === 0 ? { ...host, address: unknownOutput<string>() } : host,
                    ),
                },
                true,
            );
            assert.equal(result.error, undefined);
            assert.equal(result.ofType(COMMAND).length, 8);
            assert.equal(result.ofType(VM).length, 2);
        });
    });

    describe("with bad inputs", () => {
        it("fails with all problems before anything but itself is registered", async () => {
            const result = await constructUnderMocks(
                args(withValue(withValue(fromTemplate, "vip", "10.30.100"), "hosts[0].virtualMachine.vmId", 9000)),
            );
            assert.ok(pulumi.InputPropertiesError.isInstance(result.error), String(result.error));
            assert.deepEqual(
                problemsIn(result.error)?.map(({ path }) => path),
                ["vip", "hosts[0].virtualMachine.vmId"],
            );
            assert.deepEqual(
                result.resources.map(({ type }) => type),
                ["ha-api-load-balancer:index:HaApiLoadBalancer"],
            );
        });

        it("fails likewise, and makes nothing, when they only become known later", async () => {
            const result = await constructUnderMocks({
                ...args(fromTemplate),
                vip: pulumi.output(Promise.resolve("10.30.100")),
            });
            await assert.rejects(valueOf(result.component!.vip), (error) =>
                pulumi.InputPropertiesError.isInstance(error),
            );
            assert.deepEqual(
                result.resources.map(({ name }) => name),
                ["api"],
            );
        });

        it("refuses a private key that is none, without showing it", async () => {
            for (const privateKey of [
                `ssh-ed25519 ${KEY_MARK}`,
                "",
                `-----BEGIN OPENSSH PRIVATE KEY-----\n${KEY_MARK}`,
            ]) {
                const result = await constructUnderMocks({ ...args(existingMachines()), ssh: { privateKey } });
                const error = result.error as Error;
                assert.match(error.message, /ssh\.privateKey: must be a private key in OpenSSH or PEM format/);
                assert.doesNotMatch(error.message, new RegExp(KEY_MARK));
                assert.deepEqual(result.ofType(COMMAND), []);
            }
        });

        it("says which key is missing when there are no SSH settings at all", async () => {
            const result = await constructUnderMocks({
                ...existingMachines(),
                ssh: undefined,
            } as unknown as HaApiLoadBalancerArgs);
            assert.match((result.error as Error).message, /ssh\.privateKey: must be a private key/);
        });
    });

    it("gives a private key the line break at its end that some parsers insist on", async () => {
        const result = await constructUnderMocks({
            ...args(existingMachines()),
            ssh: { privateKey: PRIVATE_KEY.trimEnd() },
        });
        assert.equal(
            (unwrapSecrets(result.byName("api-vrrp1-ready").inputs["connection"]) as { privateKey: string }).privateKey,
            PRIVATE_KEY,
        );
    });
});
