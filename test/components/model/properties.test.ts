import assert from "node:assert/strict";
import * as fc from "fast-check";
import * as pulumi from "@pulumi/pulumi";
import type { Inputs } from "../../../components/model/inputs";
import { resolveModel } from "../../../components/model/resolve";
import { masterDownInterval } from "../../../components/model/vrrp";
import { modelOf, refusalOf, validInputs, virtualMachines, withValue } from "../support";

/** One thing gone wrong: where, what stands there now, and the path the refusal must name when it is another one. */
type Corruption = [path: string, value: unknown, named?: string];

const anyHost = "hosts[0]";
const corruptions = (inputs: Inputs): Corruption[] => [
    ["vip", "10.0.0"],
    ["vip", 5],
    ["vip", `${inputs.vip.split("/")[0]}/31`],
    ["vip", inputs.hosts[0]!.address, anyHost],
    ["port", 0],
    ["port", 1.5],
    ["port", "6443"],
    ["port", 70000],
    ["apiServerPort", -1],
    ["apiServers", []],
    ["apiServers[0]", "kube"],
    ["apiServers[0]", `${inputs.hosts[1]!.address}:${inputs.port!}`, "hosts[1].address"],
    ["apiServers[0]", inputs.vip.split("/")[0], "apiServers"],
    ["apiServers[1]", inputs.apiServers[0]],
    ["hosts", []],
    ["hosts", "vrrp1"],
    ["hosts", [inputs.hosts[0]]],
    ["hosts[0]", null, anyHost],
    ["hosts[0]", 7, anyHost],
    ["hosts[1].name", inputs.hosts[0]!.name],
    ["hosts[0].name", ""],
    ["hosts[0].name", "a b"],
    ["hosts[0].name", 'a"; }'],
    ["hosts[1].address", inputs.hosts[0]!.address],
    ["hosts[0].address", inputs.vip.split("/")[0]],
    ["hosts[0].address", "192.0.2.1"],
    ["hosts[0].address", "::1"],
    ["hosts[0].priority", 256],
    ["hosts[0].priority", 0],
    ["hosts[0].priority", 1.5],
    ["hosts[0].interface", "a b"],
    ["hosts[0].hostKey", "ssh-ed25519"],
    ["hosts[0].virtualMachine", "yes"],
    ["hosts[0].virtualMachine", {}, "hosts[0].virtualMachine"],
    ["virtualMachines.vmId", 100],
    ["ssh.user", "Root"],
    ["ssh.port", 65536],
    ["ssh.authorizedKeys[0]", "ssh-ed25519 x"],
    ["ssh", "ops"],
    ["vrrp.routerId", 0],
    ["vrrp.routerId", 256],
    ["vrrp.advertisementInterval", 0],
    ["vrrp.preempt", 1],
    ["vrrp.gratuitousArpRefresh", 0.5],
    ["vrrp", []],
    ["balancing.connectTimeout", 0],
    ["balancing.idleTimeout", 59],
    ["nginx.workerConnections", 1],
    ["nginx.extraConfiguration", "é"],
    ["nginx.source", "none"],
    ["nginx", true],
    ["allowSingleHost", "no"],
];

/** A path of the inputs, with any value at it. */
const paths = [
    "vip",
    "port",
    "engine",
    "layer",
    "listenOn",
    "balancing",
    "balancing.method",
    "balancing.maxFails",
    "balancing.healthCheck",
    "balancing.healthCheck.path",
    "listeners",
    "listeners[0]",
    "clusterCertificateAuthority",
    "tls",
    "logs",
    "haproxy",
    "haproxy.maxConnections",
    "dnsServers",
    "apiServers",
    "apiServers[0]",
    "apiServerPort",
    "hosts",
    "hosts[0]",
    "hosts[0].name",
    "hosts[0].address",
    "hosts[0].priority",
    "hosts[0].interface",
    "hosts[0].hostKey",
    "hosts[0].virtualMachine",
    "ssh",
    "ssh.user",
    "ssh.port",
    "ssh.authorizedKeys",
    "ssh.authorizedKeys[0]",
    "virtualMachines",
    "vrrp",
    "vrrp.routerId",
    "vrrp.advertisementInterval",
    "vrrp.preempt",
    "vrrp.gratuitousArpRefresh",
    "vrrp.version",
    "vrrp.transport",
    "vrrp.authentication",
    "vrrp.trackProxy",
    "vrrp.check",
    "vrrp.check.kind",
    "vrrp.check.interval",
    "vrrp.check.weight",
    "vrrp.scriptUser",
    "hosts[0].initialState",
    "nginx",
    "nginx.container",
    "nginx.source",
    "nginx.channel",
    "nginx.repository",
    "nginx.signingKeyFingerprints",
    "balancing.connectTimeout",
    "balancing.idleTimeout",
    "nginx.workerConnections",
    "nginx.extraConfiguration",
    "allowSingleHost",
    ...[
        "node",
        "vmId",
        "template",
        "template.vmId",
        "template.node",
        "image",
        "image.url",
        "image.checksum",
        "image.checksumAlgorithm",
        "image.fileName",
        "image.datastore",
        "cores",
        "cpuType",
        "memory",
        "diskSize",
        "diskInterface",
        "datastore",
        "bridge",
        "vlanId",
        "gateway",
        "nameservers",
        "nameservers[0]",
        "searchDomain",
        "tags",
        "tags[0]",
        "guestAgent",
        "upgradeOnFirstBoot",
    ].flatMap((key) => [`hosts[0].virtualMachine.${key}`, `virtualMachines.${key}`]),
];
const junk = fc.oneof(
    fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withSparseArray: true }),
    fc.constantFrom(Symbol("x"), () => 1, Number.NaN, -0),
);

describe("any inputs", () => {
    it("that are valid resolve to a model with everything filled in", () => {
        fc.assert(
            fc.property(validInputs(), (inputs) => {
                const model = modelOf(inputs);
                assert.equal(model.hosts.length, inputs.hosts.length);
                assert.equal(model.apiServers.length, inputs.apiServers.length);
                assert.deepEqual(
                    JSON.parse(JSON.stringify(model)),
                    model,
                    "the model is plain data without undefined values",
                );
                for (const { virtualMachine } of model.hosts) {
                    assert.equal(virtualMachine?.memory ?? 1024, 1024);
                    assert.notEqual(virtualMachine?.gateway, "");
                }
            }),
        );
    });

    it(
        "give a router id from 1 to 255 that is the VIP's last octet unless another is asked for, and distinct " +
            "priorities from 1 to 254",
        () => {
            fc.assert(
                fc.property(validInputs(), (inputs) => {
                    const {
                        vips: [vip],
                        hosts,
                    } = modelOf(inputs);
                    assert.ok(
                        Number.isInteger(vip.routerId) && vip.routerId >= 1 && vip.routerId <= 255,
                        String(vip.routerId),
                    );
                    assert.equal(vip.routerId, inputs.vrrp?.routerId ?? Number(vip.address.split(".")[3]));
                    const priorities = hosts.map(({ priority }) => priority);
                    assert.equal(new Set(priorities).size, priorities.length);
                    assert.ok(
                        priorities.every((priority) => priority >= 1 && priority <= 254),
                        String(priorities),
                    );
                    if (inputs.hosts[0]!.priority === undefined)
                        assert.deepEqual(
                            priorities,
                            [...priorities].sort((a, b) => b - a),
                            "most preferred first",
                        );
                }),
            );
        },
    );

    it("let a more preferred backup take over before a less preferred one", () => {
        fc.assert(
            fc.property(fc.integer({ min: 2, max: 254 }), fc.integer({ min: 5, max: 4000 }), (priority, hundredths) => {
                const interval = hundredths / 100;
                assert.ok(
                    masterDownInterval(interval, priority) < masterDownInterval(interval, priority - 1),
                    "before the next one",
                );
                assert.ok(masterDownInterval(interval, priority - 1) < 4 * interval, "within four intervals");
            }),
        );
    });

    it("with a single thing wrong are refused, naming it", () => {
        const corrupted = validInputs().chain((inputs) =>
            fc.tuple(fc.constant(inputs), fc.constantFrom(...corruptions(inputs))),
        );
        fc.assert(
            fc.property(corrupted, ([inputs, [path, value, named]]) => {
                if (path === "vip" && named === undefined && inputs.vip === value) return;
                const wanted = named ?? path;
                const { problems, message } = refusalOf(withValue(inputs, path, value));
                assert.ok(
                    problems.some((problem) => problem.path.startsWith(wanted)),
                    `${wanted} should be named in:\n${message}`,
                );
            }),
            { numRuns: 500 },
        );
    });

    it("are either accepted or refused in the one error that lists all problems, whatever junk is in them", () => {
        fc.assert(
            fc.property(
                fc.array(fc.tuple(fc.constantFrom(...paths), junk), { minLength: 1, maxLength: 4 }),
                (changes) => {
                    const inputs = virtualMachines() as unknown as Record<string, unknown>;
                    for (const [path, value] of changes) {
                        try {
                            place(inputs, path, value);
                        } catch {
                            // An earlier change left nothing there to put something into.
                        }
                    }
                    try {
                        resolveModel(inputs as unknown as Inputs);
                    } catch (error) {
                        if (!pulumi.InputPropertiesError.isInstance(error)) throw error;
                        for (const { propertyPath, reason } of error.errors)
                            assert.ok(
                                propertyPath !== "" && reason !== "" && error.message.includes(reason),
                                error.message,
                            );
                    }
                },
            ),
            { numRuns: 3000 },
        );
    });
});

/** As withValue, for values that cannot be cloned. */
function place(inputs: Record<string, unknown>, path: string, value: unknown): void {
    const keys = path.split(/[.[\]]+/).filter((key) => key !== "");
    const last = keys.pop()!;
    let inside = inputs;
    for (const key of keys) inside = (inside[key] ??= {}) as Record<string, unknown>;
    inside[last] = value;
}
