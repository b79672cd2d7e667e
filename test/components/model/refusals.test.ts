/** What cannot be meant is refused, by path, with what was received and what is allowed: one a line in refusals/. */
import assert from "node:assert/strict";
import { candidateOf } from "../../../components/model/resolve";
import { RULES } from "../../../components/model/rules";
import { Problems } from "../../../components/spec/problems";
import {
    announcedByBgp,
    assertRefused,
    existingMachines,
    modelOf,
    refusalOf,
    virtualMachines,
    withValue,
} from "../support";
import { ADDRESSES } from "./refusals/addresses";
import { BGP } from "./refusals/bgp";
import { ENGINES } from "./refusals/engines";
import { HOSTS } from "./refusals/hosts";
import { LISTENERS } from "./refusals/listeners";
import { METRICS } from "./refusals/metrics";
import type { Topic } from "./refusals/refusal";
import { TLS } from "./refusals/tls";
import { MACHINES } from "./refusals/virtualMachines";
import { VIPS } from "./refusals/vips";
import { VRRP } from "./refusals/vrrp";

const TOPICS: Record<string, Topic> = {
    addresses: ADDRESSES,
    hosts: HOSTS,
    listeners: LISTENERS,
    VIPs: VIPS,
    VRRP,
    BGP,
    engines: ENGINES,
    metrics: METRICS,
    "virtual machines": MACHINES,
    TLS,
};

describe("inputs that are refused:", () => {
    for (const [title, { refused, accepted }] of Object.entries(TOPICS))
        describe(title, () => {
            for (const { what, inputs, path, says } of refused)
                it(`${what} (${path})`, () => assertRefused(inputs, path, says));
            for (const { what, inputs } of accepted) it(`but not: ${what}`, () => void modelOf(inputs));
        });

    it("VMs without a key to log in, each named", () => {
        const { problems } = refusalOf(withValue(virtualMachines(), "ssh.authorizedKeys", []));
        assert.deepEqual(
            problems.map(({ path }) => path),
            ["ssh.authorizedKeys", "ssh.authorizedKeys"],
        );
        assert.match(problems[0]!.reason, /log in to the VM of vrrp1/);
    });

    it("a virtualMachine left empty, as YAML does, saying what an empty one looks like", () => {
        const { message } = refusalOf(withValue(virtualMachines(), "hosts[0].virtualMachine", null));
        assert.match(
            message,
            /hosts\[0\]\.virtualMachine: must be .*; \{\} takes all from virtualMachines; received null/,
        );
    });

    it("neither a template nor an image, for each host", () => {
        const { problems } = refusalOf(withValue(virtualMachines(), "virtualMachines.template", undefined));
        assert.deepEqual(
            problems.map(({ path }) => path),
            ["hosts[0].virtualMachine", "hosts[1].virtualMachine"],
        );
        assert.match(problems[0]!.reason, /either a template to clone or a cloud image to import/);
    });

    it("all problems of one set of inputs come in one message that says nothing was changed", () => {
        let inputs = existingMachines();
        for (const [path, value] of [
            ["vip", "nowhere"],
            ["apiServers[1]", "x"],
            ["hosts[0].name", "A"],
            ["hosts[1].address", "y"],
            ["ssh.port", 0],
            ["vrrp.routerId", 300],
            ["balancing.idleTimeout", 1],
        ] as const)
            inputs = withValue(inputs, path, value);
        const { message, problems } = refusalOf(inputs);
        assert.deepEqual(problems.map(({ path }) => path).sort(), [
            "apiServers[1]",
            "balancing.idleTimeout",
            "hosts[0].name",
            "hosts[1].address",
            "ssh.port",
            "vip",
            "vrrp.routerId",
        ]);
        assert.match(
            message,
            /^The inputs of HaApiLoadBalancer cannot be used, 7 problems\. Nothing was changed\.\n {2}- vip: /,
        );
    });
});

describe("rules about inputs", () => {
    const all = [...Object.values(TOPICS).flatMap(({ refused }) => refused.map(({ inputs }) => inputs)), noLogin()];

    it("have names of their own", () => {
        assert.equal(new Set(RULES.map(({ name }) => name)).size, RULES.length);
    });

    for (const { name, problems } of RULES)
        it(`each refuse one of the above: ${name}`, () =>
            assert.ok(
                all.some((inputs) => problems(candidateOf(new Problems(), inputs)).length > 0),
                name,
            ));

    it("find nothing in good inputs", () => {
        for (const inputs of [existingMachines(), virtualMachines(), announcedByBgp()])
            for (const { problems } of RULES) assert.deepEqual(problems(candidateOf(new Problems(), inputs)), []);
    });
});

function noLogin() {
    return withValue(virtualMachines(), "ssh.authorizedKeys", []);
}
