/** What a program of another language gives the component: as the engine hands it to a component's provider. */
import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs } from "../../components";
import { problemsIn } from "../../components/spec/problems";
import { COMMAND, constructUnderMocks, isSecret, KEY_MARK, PRIVATE_KEY } from "./resources/mocks";

interface ProviderServer {
    deserializeInputs: (inputs: unknown, dependencies: Map<string, unknown>) => Promise<HaApiLoadBalancerArgs>;
}
interface Structs {
    Struct: { fromJavaScript: (value: object) => unknown };
}
/* eslint-disable @typescript-eslint/no-require-imports -- parts of the SDK that it does not declare */
const { deserializeInputs } = require("@pulumi/pulumi/provider/server") as ProviderServer;
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js") as Structs;
/* eslint-enable */

const SIGNATURE = "4dabf18193072939515e22adb298388d";
/** An output, whose value is unknown where none is given. */
const output = (value: unknown, secret = false): object => ({
    [SIGNATURE]: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
    ...(value === undefined ? {} : { value }),
    ...(secret ? { secret: true } : {}),
});
/** A secret as engines before the age of outputs write it. */
const secret = (value: unknown): object => ({ [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", value });

const INPUTS = {
    vip: "10.30.100.100/24",
    apiServers: ["10.30.100.51", "10.30.100.52"],
    hosts: [
        { name: "vrrp1", address: "10.30.100.101" },
        { name: "vrrp2", address: "10.30.100.102" },
    ],
    ssh: { user: "root", privateKey: output(PRIVATE_KEY, true) },
};

async function construct(inputs: object): ReturnType<typeof constructUnderMocks> {
    return constructUnderMocks(await deserializeInputs(Struct.fromJavaScript({ ...INPUTS, ...inputs }), new Map()));
}

/** Paths of texts that tell a secret and are not marked as one. */
function leaks(value: unknown, path: string, mark: string): string[] {
    if (isSecret(value)) return [];
    if (typeof value === "string") return value.includes(mark) ? [path] : [];
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, inside]) => leaks(inside, `${path}.${key}`, mark));
}

async function leaksOf(inputs: object, mark: string): Promise<string[]> {
    const { error, resources } = await construct(inputs);
    assert.equal(error, undefined);
    assert.ok(
        resources.some(({ type }) => type === COMMAND),
        "steps are made",
    );
    return resources.flatMap(({ name, inputs: own }) => leaks(own, name, mark));
}

describe("a program of another language", () => {
    it("keeps its private key a secret", async () => assert.deepEqual(await leaksOf({}, KEY_MARK), []));

    it("keeps a private key a secret that it did not mark as one", async () =>
        assert.deepEqual(await leaksOf({ ssh: { privateKey: PRIVATE_KEY } }, KEY_MARK), []));

    it("keeps the VRRP password and the kubeconfig secrets", async () => {
        const password = { authentication: "password", password: output("pwmark12", true) };
        assert.deepEqual(await leaksOf({ vrrp: { version: 2, ...password } }, "pwmark12"), []);
        const kubeconfig = "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: 'https://a:6443'}}]\n";
        assert.deepEqual(await leaksOf({ kubeconfig: secret(kubeconfig) }, "kind: Config"), []);
    });

    for (const [title, hosts, received] of [
        [
            "a name that is an output",
            [{ ...INPUTS.hosts[0], name: output("vrrp1") }, INPUTS.hosts[1]],
            /hosts\[0\]\.name/,
        ],
        [
            "a name that is not known yet",
            [INPUTS.hosts[0], { ...INPUTS.hosts[1], name: output(undefined) }],
            /hosts\[1\]\.name/,
        ],
        [
            "a name that is a secret",
            [{ ...INPUTS.hosts[0], name: output("vrrp1", true) }, INPUTS.hosts[1]],
            /hosts\[0\]\.name/,
        ],
        ["hosts that are a secret as a whole", secret(INPUTS.hosts), /hosts: must be a list/],
    ] as const)
        it(`is told which input must be plain, of ${title}, before anything is made`, async () => {
            const { error, resources } = await construct({ hosts });
            const text = (problemsIn(error) ?? []).map(({ path, reason }) => `${path}: ${reason}`).join("\n");
            assert.match(text, received);
            assert.match(text, /known when the program runs.*an output/s);
            assert.ok(!resources.some(({ type }) => type === COMMAND), "no step is made");
        });

    it("is told what is wrong in words alone: an engine prints the value at each path that it is given", async () => {
        const { error } = await construct({ vip: "nonsense", ssh: { privateKey: KEY_MARK } });
        assert.deepEqual(
            problemsIn(error)?.map(({ path }) => path),
            ["ssh.privateKey", "vip"],
        );
        assert.deepEqual((error as pulumi.InputPropertiesError).errors, []);
        assert.ok(!(error as Error).message.includes(KEY_MARK), "the key is not shown");
    });

    it("is told of a host by its place where its name is refused too", async () => {
        const hosts = [
            { ...INPUTS.hosts[0], name: "V_1" },
            { ...INPUTS.hosts[1], address: "10.30.100.101" },
        ];
        const { error } = await construct({ hosts });
        assert.match((error as Error).message, /distinct, and hosts\[0\]\.address already has this one/);
    });

    it("may have addresses that are outputs of other resources", async () => {
        const hosts = INPUTS.hosts.map((host) => ({ ...host, address: output(host.address) }));
        const { error, resources } = await construct({ hosts });
        assert.equal(error, undefined);
        assert.ok(
            resources.some(({ type }) => type === COMMAND),
            "steps are made",
        );
    });
});
