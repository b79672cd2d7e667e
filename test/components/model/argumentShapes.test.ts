/**
 * Arguments of any shape, plain or with outputs among them, end in the one list of problems, before anything is
 * registered.
 */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs } from "../../../components";
import { problemsIn } from "../../../components/spec/problems";
import { constructUnderMocks, PRIVATE_KEY, valueOf } from "../resources/mocks";
import { existingMachines } from "../support";

type Args = Record<string, unknown> & { hosts: object[] };

const good = (): Args => ({ ...existingMachines(), ssh: { privateKey: PRIVATE_KEY } });
const later = <T>(value: T): pulumi.Output<T> => pulumi.output(Promise.resolve(value)) as pulumi.Output<T>;
const withOutput = (): Args => ({ ...good(), vip: later("10.30.100.100/24") });

/** The message; one of the problems is at the path. */
async function refused(args: unknown, path: string): Promise<string> {
    const { error, resources } = await constructUnderMocks(args as HaApiLoadBalancerArgs);
    assert.ok(
        pulumi.InputPropertiesError.isInstance(error),
        `${path}: ${String((error as Error | undefined)?.stack ?? "nothing was thrown")}`,
    );
    assert.ok(
        problemsIn(error)?.some((problem) => problem.path === path),
        error.message,
    );
    assert.match(error.message, /cannot be used, \d+ problems?\. Nothing was changed\.\n/);
    assert.deepEqual(
        resources.map(({ name }) => name).filter((name) => name !== "api"),
        [],
        "nothing but the component itself was registered",
    );
    return error.message;
}

describe("arguments of the wrong shape", function () {
    this.timeout(60_000);

    for (const [what, base] of [
        ["plain", good],
        ["with an output among them", withOutput],
    ] as const) {
        it(`are problems with a name when they are ${what}`, async () => {
            for (const hosts of [undefined, null, {}, 5, "abc", later([])])
                await refused({ ...base(), hosts }, "hosts");
            const [first, second] = base().hosts as [object, object];
            await refused(
                { ...base(), hosts: [{ ...first, virtualMachine: null }, second] },
                "hosts[0].virtualMachine",
            );
            await refused({ ...base(), hosts: [{ ...first, name: later("vrrp1") }, second] }, "hosts[0].name");
            for (const group of ["ssh", "tls", "vrrp"])
                for (const value of ["ops", 5, []]) await refused({ ...base(), [group]: value }, group);
            await refused({ ...base(), ssh: undefined }, "ssh.privateKey");
            await refused(
                { ...base(), tls: { issuer: null } },
                what === "plain" ? "tls.issuer.certificate" : "tls.issuer",
            );
        });

        it(`never show a secret of the wrong type, and are refused at once, when they are ${what}`, async () => {
            for (const password of [12345678, ["secret78"], null, "", "ninechars"]) {
                assert.doesNotMatch(
                    await refused(
                        { ...base(), vrrp: { version: 2, authentication: "password", password } },
                        "vrrp.password",
                    ),
                    /12345678|secret78|ninechars/,
                );
            }
            for (const kubeconfig of [5, {}, null, "}{", "a: secret78"])
                assert.doesNotMatch(await refused({ ...base(), kubeconfig }, "kubeconfig"), /secret78/);
            assert.doesNotMatch(
                await refused({ ...base(), ssh: { privateKey: [PRIVATE_KEY] } }, "ssh.privateKey"),
                /BEGIN OPENSSH/,
            );
        });
    }

    it("are refused when there are none at all, or when they contain themselves", async () => {
        for (const nothing of [undefined, null, 5]) await refused(nothing, "inputs");
        const own = good();
        own["nginx"] = { container: own };
        await refused(own, "inputs");
    });

    it("name what is wrong with hosts that are nothing, and secrets in the same list as the rest", async () => {
        assert.match(
            await refused({ ...withOutput(), hosts: [null, undefined] }, "hosts[1]"),
            /- hosts\[0\]: must be a set of keys and values/,
        );
        assert.match(
            await refused({ ...good(), kubeconfig: 5, port: 0, ssh: { privateKey: "hunter2" } }, "port"),
            /3 problems[\s\S]*- ssh\.privateKey: [\s\S]*- kubeconfig: /,
        );
    });

    it("are refused without a word on what was made before where the value is known only later", async () => {
        const { component, error } = await constructUnderMocks({
            ...good(),
            vip: later("10.30.100.999/24"),
        } as unknown as HaApiLoadBalancerArgs);
        assert.equal(error, undefined);
        await assert.rejects(valueOf(component!.vip), /1 problem\. No host was changed\.\n {2}- vip: /);
    });
});
