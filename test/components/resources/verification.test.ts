import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs } from "../../../components";
import type { Deployment } from "../../../components/inspection/expectation";
import type { InspectionResult } from "../../../components/inspection/inspector";
import { statements } from "../../../components/inspection/evaluate";
import { allHealthy, deployment, except } from "../inspection/samples";
import { COMMAND, KEY_MARK, constructUnderMocks, unknownOutput, PRIVATE_KEY, type Result, valueOf } from "./mocks";
import { existingMachines } from "../support";

const args = (over: Partial<HaApiLoadBalancerArgs> = {}): HaApiLoadBalancerArgs => ({
    ...(existingMachines() as Omit<HaApiLoadBalancerArgs, "ssh">),
    ssh: { privateKey: PRIVATE_KEY },
    ...over,
});

/** An inspection of hosts that are healthy from the given attempt on; counts the attempts. */
function looks(answers: (deployment: Deployment) => InspectionResult[][]): {
    inspect: (deployment: Deployment, key: string) => Promise<InspectionResult[]>;
    keys: string[];
} {
    const keys: string[] = [];
    return {
        keys,
        inspect: (plain, key) => {
            keys.push(key);
            const all = answers(plain);
            return Promise.resolve(all[Math.min(keys.length, all.length) - 1]!);
        },
    };
}

const fallen = (plain: Deployment): InspectionResult[] =>
    except(
        "vrrp1",
        (seen) => {
            seen.services["keepalived"]!.state = "inactive";
        },
        allHealthy(plain),
    );
const LOCAL = "command:local:Command";
/** What the resource that cannot be created says; all outputs are there all the same. */
async function failureOf(result: Result): Promise<string> {
    const { component } = result;
    const outputs = await Promise.all(
        [component!.vip, component!.hosts, component!.files, component!.inspection, component!.verification].map(
            (output) => valueOf(output as pulumi.Output<unknown>),
        ),
    );
    assert.ok(
        outputs.every((value) => value !== undefined),
        "every output is there",
    );
    const { name, inputs, options } = result.ofType(LOCAL)[0]!;
    assert.equal(name, "api-verification");
    assert.equal(options.parent, component);
    const { environment, ...ran } = inputs as { environment: { SEEN: string }; interpreter: string[]; create: string };
    assert.doesNotMatch(JSON.stringify(inputs), new RegExp(KEY_MARK));
    const { status, stderr } = spawnSync(ran.interpreter[0]!, [...ran.interpreter.slice(1), ran.create], {
        env: environment,
        encoding: "utf8",
    });
    assert.deepEqual([status, stderr], [1, environment.SEEN], "it fails, with what was seen");
    return stderr;
}

describe("the verification at the end of a deployment", () => {
    it("inspects healthy hosts once, logs which host holds the VIP, and lists what was verified", async () => {
        const { inspect, keys } = looks((plain) => [allHealthy(plain)]);
        const result = await constructUnderMocks(args(), false, inspect);
        assert.deepEqual(await valueOf(result.component!.verification), statements(deployment()));
        assert.deepEqual(keys, [PRIVATE_KEY]);
        assert.deepEqual(result.logged, [
            {
                level: "info",
                text:
                    "Verified: vrrp2 holds 10.30.100.100 (MASTER since 2027-01-14T23:57:00.000Z, " +
                    "bc:24:11:00:00:02), vrrp1 is BACKUP; inspected in 0.3 s.",
            },
        ]);
    });

    it("registers nothing when all is healthy: an unchanged deployment stays unchanged", async () => {
        assert.deepEqual((await constructUnderMocks(args())).ofType(LOCAL), []);
    });

    it("is a secret where the inputs that it names are secrets, and nothing of it is logged", async () => {
        const vip = pulumi.secret("10.30.100.100/24");
        const healthy = await constructUnderMocks(args({ vip }));
        assert.equal(await pulumi.isSecret(healthy.component!.verification as pulumi.Output<unknown>), true);
        assert.deepEqual(healthy.logged, []);
        const seen = await failureOf(
            await constructUnderMocks(args({ vip }), false, (plain) => Promise.resolve(fallen(plain))),
        );
        assert.match(seen, /What is wrong, in one check, is not shown here, since some inputs are secrets\./);
        assert.doesNotMatch(seen, /10\.30|vrrp1/);
    });

    it("is no secret, although the private key took part in it, and holds nothing of the key", async () => {
        const { component } = await constructUnderMocks(args());
        assert.equal(await pulumi.isSecret(component!.verification as pulumi.Output<unknown>), false);
        assert.doesNotMatch(JSON.stringify(await valueOf(component!.verification)), new RegExp(KEY_MARK));
    });

    it("contacts no host in a preview, which shows the same as the deployment before when all steps are known", async () => {
        const { inspect, keys } = looks((plain) => [allHealthy(plain)]);
        const hosts = existingMachines().hosts.map((host) => ({ ...host, hostKey: "ssh-ed25519 " + "A".repeat(68) }));
        const before = await valueOf((await constructUnderMocks(args({ hosts }), false)).component!.verification);
        const preview = await constructUnderMocks(args({ hosts }), true, inspect);
        assert.deepEqual(keys, []);
        assert.deepEqual(preview.logged, []);
        // Under mocks a preview knows no output of a step, as when all of them change.
        assert.equal(await valueOf(preview.component!.verification), undefined);
        assert.ok(before.length > 5, "there was something to compare with");
    });

    it("waits for every host to be configured", async () => {
        const order: string[] = [];
        const result = await constructUnderMocks(args(), false, (plain) => {
            order.push("look");
            return Promise.resolve(allHealthy(plain));
        });
        assert.equal(result.ofType(COMMAND).length, 8);
        assert.deepEqual(order, ["look"]);
    });

    it("gives the VIP time to settle on one host", async () => {
        const { inspect, keys } = looks((plain) => [fallen(plain), fallen(plain), allHealthy(plain)]);
        const { component, logged } = await constructUnderMocks(args(), false, inspect);
        assert.equal((await valueOf(component!.verification)).length, statements(deployment()).length);
        assert.equal(keys.length, 3);
        assert.equal(logged.length, 1);
    });

    it("fails after that time, with every failed check and what was seen, as a resource that cannot be created", async () => {
        const { inspect, keys } = looks((plain) => [
            except(
                "vrrp2",
                (seen) => {
                    seen.answer = "0123456789ab";
                },
                fallen(plain),
            ),
        ]);
        const seen = await failureOf(await constructUnderMocks(args(), false, inspect));
        assert.ok(keys.length > 5 && keys.length < 40, `${keys.length} looks`);
        assert.match(seen, /^The hosts were configured, but verification failed \(retried for up to 15 s\):\n/);
        assert.match(
            seen,
            /\n {2}- Check failed: nginx, ha-api-watcher and keepalived are active on every host\n {6}vrrp1: keepalived is inactive\n/,
        );
        assert.match(seen, /\n {6}vrrp2: nginx runs configuration 0123456789ab, not [0-9a-f]{12}\n/);
        assert.doesNotMatch(seen, /holds 10\.30/);
    });

    it("fails at once where waiting cannot help: another host key, a refused log-in", async () => {
        const { inspect, keys } = looks((plain) => [
            [
                allHealthy(plain)[1]!,
                { host: "vrrp1", problem: "vrrp1 has another SSH host key", transient: false, took: 1 },
            ],
        ]);
        const seen = await failureOf(await constructUnderMocks(args(), false, inspect));
        assert.equal(keys.length, 1);
        assert.match(seen, /Check failed: every host can be inspected by SSH\n {6}vrrp1 has another SSH host key\n/);
    });

    it("warns of API servers that are not there, and passes: the load balancer often comes before the cluster", async () => {
        const without = (plain: Deployment): InspectionResult[] =>
            allHealthy(plain).map(
                (each) =>
                    except(
                        each.host,
                        (inspection) => {
                            for (const server of inspection.servers)
                                Object.assign(server, { connected: false, error: "Connection refused" });
                        },
                        [each],
                    )[0]!,
            );
        const { component, logged } = await constructUnderMocks(args(), false, (plain) =>
            Promise.resolve(without(plain)),
        );
        assert.deepEqual(await valueOf(component!.verification), statements(deployment()));
        assert.deepEqual(
            logged.map(({ level }) => level),
            ["warning", "warning", "warning", "info"],
        );
        assert.equal(logged[0]!.text, "Not verified: 10.30.100.51:6443 is not there for any host: Connection refused.");
    });

    it("is left out when the input says so", async () => {
        const { inspect, keys } = looks((plain) => [fallen(plain)]);
        const { component, logged } = await constructUnderMocks(args({ verify: false }), false, inspect);
        assert.deepEqual(await valueOf(component!.verification), []);
        assert.deepEqual([keys, logged], [[], []]);
    });

    it("waits for an input that is known only later", async () => {
        const preview = await constructUnderMocks(args({ verify: unknownOutput<boolean>() }), true, () =>
            assert.fail("a host was contacted"),
        );
        assert.equal(preview.error, undefined);
    });
});

describe("the input repairTrigger", () => {
    const create = async (repairTrigger?: string): Promise<string> =>
        (await constructUnderMocks(args(repairTrigger === undefined ? {} : { repairTrigger }))).byName(
            "api-vrrp1-configuration",
        ).inputs["create"] as string;

    it("makes the configuration step run again whenever it is another text, and never otherwise", async () => {
        const none = await create();
        assert.equal(await create(""), none);
        assert.equal(await create("2027-01-15"), `${none} 2027-01-15`);
        assert.notEqual(await create("2027-01-16"), await create("2027-01-15"));
    });

    it("is one word for the shell, whatever it says", async () => {
        assert.match(await create("it's $(reboot); now"), / 'it'\\''s \$\(reboot\); now'$/);
    });
});
