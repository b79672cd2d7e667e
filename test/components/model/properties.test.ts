import assert from "node:assert/strict";
import * as fc from "fast-check";
import { loadBalancerSpec } from "../../../components/inputs/loadBalancer";
import type { Inputs } from "../../../components/model/inputs";
import { resolveModel } from "../../../components/model/resolve";
import { masterDownInterval } from "../../../components/model/vrrp";
import { leavesOf } from "../../../components/spec/leaves";
import { problemsIn } from "../../../components/spec/problems";
import { BASES } from "../generated/bases";
import { CONTAINERS, LEAVES } from "../generated/leaves";
import { wrongValues } from "../generated/values";
import { modelOf, place, refusalOf, validInputs, withValue } from "../support";

/** Two inputs that do not go together: where, what stands there now, and the path the refusal names. */
type Clash = [path: string, value: unknown, named: string];

const clashes = (inputs: Inputs): Clash[] => {
    const [vip = ""] = inputs.vip.split("/");
    const [first, second] = inputs.hosts as [Inputs["hosts"][number], Inputs["hosts"][number]];
    return [
        ["vip", first.address, "hosts[0].address"],
        ["apiServers[0]", `${second.address}:${inputs.port!}`, "hosts[1].address"],
        ["apiServers[0]", vip, "apiServers"],
        ["apiServers[1]", inputs.apiServers[0], "apiServers[1]"],
        ["hosts", [first], "hosts"],
        ["hosts[1].name", first.name, "hosts[1].name"],
        ["hosts[1].address", first.address, "hosts[1].address"],
        ["hosts[0].address", vip, "hosts[0].address"],
        ["hosts[0].address", "192.0.2.1", "hosts[0].address"],
        ["hosts[0].virtualMachine", {}, "hosts[0].virtualMachine"],
        ["virtualMachines.vmId", 100, "virtualMachines.vmId"],
        ["vrrp.authentication", "password", "vrrp.authentication"],
        ["nginx.channel", "stable", "nginx.channel"],
    ];
};

/** Every input, group and list. */
const PATHS = [...LEAVES, ...CONTAINERS].map((path) => path.replaceAll("[n]", "[0]"));
/** Settings of VMs and of TLS are used where there are such; of a source or engine, with that one. */
const NOT_ALWAYS_USED =
    /^(virtualMachines|tls|haproxy|listeners|nginx\.(channel|repository|signing|container))|virtualMachine\./;
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

    it("with one value wrong are refused, naming it", () => {
        const wrong = leavesOf(loadBalancerSpec)
            .filter(({ path, member }) => member.kind !== "secret" && !NOT_ALWAYS_USED.test(path))
            .flatMap(({ path, member }) =>
                wrongValues(member).map((value) => ({ path: path.replaceAll("[n]", "[0]"), value })),
            );
        fc.assert(
            fc.property(validInputs(), fc.constantFrom(...wrong), (inputs, { path, value }) => {
                const { problems, message } = refusalOf(withValue(inputs, path, value));
                assert.ok(
                    problems.some((problem) => problem.path === path),
                    `${path} should be named in:\n${message}`,
                );
            }),
            { numRuns: 500 },
        );
    });

    it("of which two do not go together are refused, naming one", () => {
        const clashing = validInputs().chain((inputs) =>
            fc.tuple(fc.constant(inputs), fc.constantFrom(...clashes(inputs))),
        );
        fc.assert(
            fc.property(clashing, ([inputs, [path, value, named]]) => {
                const { problems, message } = refusalOf(withValue(inputs, path, value));
                assert.ok(
                    problems.some((problem) => problem.path === named),
                    `${named} should be named in:\n${message}`,
                );
            }),
            { numRuns: 500 },
        );
    });

    it("are either accepted or refused in the one error that lists all problems, whatever junk is in them", () => {
        fc.assert(
            fc.property(
                fc.constantFrom(...Object.values(BASES)),
                fc.array(fc.tuple(fc.constantFrom(...PATHS), junk), { minLength: 1, maxLength: 4 }),
                (base, changes) => {
                    const inputs = structuredClone(base());
                    for (const [path, value] of changes) {
                        try {
                            place(inputs, path, value);
                        } catch {
                            // An earlier change left nothing there to put something into.
                        }
                    }
                    try {
                        resolveModel(inputs);
                    } catch (error) {
                        const found = problemsIn(error);
                        if (found === undefined) throw error;
                        const { message } = error as Error;
                        for (const { path, reason } of found)
                            assert.ok(path !== "" && reason !== "" && message.includes(reason), message);
                    }
                },
            ),
            { numRuns: 3000 },
        );
    }).timeout(120_000);
});
