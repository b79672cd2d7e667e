/** Every input there is, tried with what its spec refuses and with what it takes at its limits. */
import assert from "node:assert/strict";
import { loadBalancerSpec } from "../../../components/inputs/loadBalancer";
import type { Inputs } from "../../../components/model/inputs";
import { resolveModel } from "../../../components/model/resolve";
import type { Leaf } from "../../../components/spec/kinds";
import { containersOf, leavesOf } from "../../../components/spec/leaves";
import { Problems, problemsIn } from "../../../components/spec/problems";
import { checkSecrets } from "../../../components/spec/secrets";
import { PRIVATE_KEY } from "../resources/mocks";
import { CERTIFICATE, existingMachines, place, withValue } from "../support";
import { BASES } from "./bases";
import { allowed, shown, valuesAtLimits, wrongValues } from "./values";

interface Found {
    path: string;
    reason: string;
}

/** None when it goes through. */
function problemsOf(attempt: () => unknown): Found[] {
    try {
        attempt();
        return [];
    } catch (error) {
        const found = problemsIn(error);
        if (found === undefined) throw error;
        return found;
    }
}

const bases = Object.entries(BASES).map(([name, make]) => ({ name, inputs: make() }));
const problemsWith = (inputs: Inputs, path: string, value: unknown): Found[] =>
    problemsOf(() => resolveModel(withValue(inputs, path, value)));
const leaves = leavesOf(loadBalancerSpec).map(({ path, member }) => ({ path: path.replaceAll("[n]", "[0]"), member }));
const inModel = leaves.filter(({ member }) => member.kind !== "secret");

/** Inputs in which this one is used, and nothing else depends on it: a wrong value is the only problem there. */
function usedIn(path: string, wrong: unknown): Inputs {
    const base = bases.find(({ inputs }) => {
        const problems = problemsWith(inputs, path, wrong);
        return (
            problems.some(({ reason }) => reason.startsWith("must be ")) &&
            problems.every((problem) => problem.path === path)
        );
    });
    assert.ok(base !== undefined, `no inputs of bases.ts use ${path}`);
    return base.inputs;
}

/** Refused for this input alone, in words that say what is allowed and what was received. */
function assertRefused(inputs: Inputs, path: string, leaf: Leaf, value: unknown, received = shown(value)): void {
    const problems = problemsWith(inputs, path, value);
    const what = `${path} with ${received}: ${JSON.stringify(problems)}`;
    assert.ok(problems.length > 0, `${path} takes ${received}`);
    assert.ok(
        problems.every((problem) => problem.path === path),
        what,
    );
    const whole = leaf.kind === "parsed" ? "" : allowed(leaf);
    const says = ({ reason }: Found): boolean =>
        leaf.kind === "certificates"
            ? reason.startsWith(whole) && reason.endsWith("(the value is not shown)")
            : reason.startsWith(`${whole === "" ? allowed(leaf) : `${whole}; received`}`) &&
              reason.endsWith(`; received ${received}`);
    assert.ok(problems.some(says), what);
}

/** What other inputs refuse in any valid ones. */
const NEVER_TAKEN = ["tls.issuer.renewalDays: 3650", "virtualMachines.vmId: 100", "virtualMachines.vmId: 999999999"];

describe("each input, as its spec says,", () => {
    before(() => {
        for (const { name, inputs } of bases)
            assert.deepEqual(
                problemsOf(() => resolveModel(inputs)),
                [],
                `"${name}" is valid`,
            );
    });

    describe("refuses what is out of range, of the wrong type or unknown, and says what is allowed:", () => {
        for (const { path, member } of inModel)
            it(path, () => {
                const inputs = usedIn(path, Symbol("junk"));
                const wrong = wrongValues(member);
                assert.ok(wrong.length >= 5, `${wrong.length} values are tried`);
                for (const value of wrong) assertRefused(inputs, path, member, value);
            });
    });

    it("is missed where it is required", () => {
        // What VMs share is missed in each of them.
        const required = inModel.filter(
            ({ path, member: { presence } }) =>
                presence === "required" || (presence === "needed" && path.startsWith("hosts")),
        );
        assert.ok(required.length > 10, "some are required");
        for (const { path, member } of required.filter(({ member: { kind } }) => kind !== "certificates"))
            assertRefused(usedIn(path, undefined), path, member, undefined, "null");
    });

    it("takes what is at its limits, and each of its choices, in some inputs", () => {
        const refused = inModel.flatMap(({ path, member }) =>
            valuesAtLimits(member)
                .filter((value) => bases.every(({ inputs }) => problemsWith(inputs, path, value).length > 0))
                .map((value) => `${path}: ${shown(value)}`),
        );
        assert.deepEqual(refused.sort(), NEVER_TAKEN);
    }).timeout(300_000);

    it("that is a group or a list refuses what is none", () => {
        for (const { path, member } of containersOf(loadBalancerSpec)) {
            const at = path.replaceAll("[n]", "[0]");
            const [words, other] = member.kind === "list" ? ["a list", {}] : ["a set of keys and values", []];
            for (const value of ["a", 5, true, other]) {
                const wanted = `must be ${words}; received ${shown(value)}`;
                const says = (problem: Found): boolean => problem.path === at && problem.reason === wanted;
                assert.ok(
                    bases.some(({ inputs }) => problemsWith(inputs, at, value).some(says)),
                    `${at}: ${wanted}`,
                );
            }
        }
    });

    it("that is secret refuses what does not have its form, without showing it", () => {
        const issuer = { certificate: CERTIFICATE, privateKey: PRIVATE_KEY };
        const args = {
            ...existingMachines(),
            ssh: { privateKey: PRIVATE_KEY },
            tls: { issuer },
            vrrp: {},
            bgp: { peers: [{}] },
        };
        const secrets = leaves.filter(({ member }) => member.kind === "secret");
        assert.equal(secrets.length, 7);
        for (const { path, member } of secrets)
            for (const value of [...wrongValues(member), ...(member.presence === "required" ? [undefined] : [])]) {
                const given = structuredClone(args);
                place(given, path, value);
                const problems = problemsOf(() => {
                    const found = new Problems();
                    checkSecrets(found, loadBalancerSpec, given);
                    found.throwIfAny("They");
                });
                assert.deepEqual(
                    problems.map((problem) => problem.path),
                    [path],
                );
                assert.doesNotMatch(problems[0]!.reason, /hunter2|received/);
            }
    });
});
