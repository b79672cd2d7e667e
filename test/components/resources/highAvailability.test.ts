/** High availability of VMs: what is made for it, in which order, and what goes with what. */
import assert from "node:assert/strict";
import type { HaApiLoadBalancerArgs } from "../../../components";
import type { Inputs } from "../../../components/model/inputs";
import { virtualMachines, withValue } from "../support";
import { constructUnderMocks, nameOf, PRIVATE_KEY, type Result } from "./mocks";

const args = ({ tls: _tls, vipLookup: _lookup, ...inputs }: Inputs): HaApiLoadBalancerArgs => ({
    ...inputs,
    ssh: { ...inputs.ssh, privateKey: PRIVATE_KEY },
});
const made = (settings: object | null): Promise<Result> =>
    constructUnderMocks(args(withValue(virtualMachines(), "virtualMachines.highAvailability", settings)));
const names = ({ resources }: Result): string[] =>
    resources
        .map(({ name }) => name)
        .filter((name) => /-ha(-|$)/.test(name))
        .sort();

describe("high availability of VMs", () => {
    it("is nothing where it is not asked for, or has no value in YAML", async () => {
        assert.deepEqual(names(await constructUnderMocks(args(virtualMachines()))), []);
        const { error, ...result } = await made(null);
        assert.deepEqual([error, names({ error, ...result })], [undefined, []]);
    });

    it("has a resource for each VM and a rule over them, once all hosts serve", async () => {
        const result = await made({ maxRestart: 2 });
        assert.deepEqual(names(result), ["api-ha-rule", "api-vrrp1-ha", "api-vrrp2-ha"]);
        const { resourceId, state, maxRestart, group } = result.byName("api-vrrp2-ha").inputs;
        assert.deepEqual([resourceId, state, maxRestart, group], ["vm:1102", "started", 2, undefined]);
        assert.deepEqual(result.byName("api-ha-rule").inputs, {
            rule: "ha-api-test-api",
            type: "resource-affinity",
            affinity: "negative",
            resources: ["vm:1101", "vm:1102"],
        });
        assert.match(result.dependencies("api-ha-rule").join(), /^api-vrrp[12]-configuration$/);
    });

    it("has a group for each VM instead, which prefers its node", async () => {
        const result = await made({ separation: "groups" });
        assert.deepEqual(names(result), ["api-vrrp1-ha", "api-vrrp1-ha-group", "api-vrrp2-ha", "api-vrrp2-ha-group"]);
        assert.deepEqual(result.byName("api-vrrp2-ha-group").inputs, {
            group: "ha-api-test-api-vrrp2",
            nodes: { pve2: 1 },
        });
        assert.equal(result.byName("api-vrrp2-ha").inputs["group"], "ha-api-test-api-vrrp2");
        assert.deepEqual(result.dependencies("api-vrrp2-ha-group"), ["api-vrrp2-vm"]);
    });

    it("keeps nothing apart where that is not wanted", async () => {
        assert.deepEqual(names(await made({ separation: "none" })), ["api-vrrp1-ha", "api-vrrp2-ha"]);
    });

    it("is taken from a VM before that goes, and given to the new one, in the rule too", async () => {
        const result = await made({});
        const { options } = result.byName("api-vrrp1-ha");
        assert.deepEqual([options.replaceWith?.map(nameOf), options.deletedWith], [["api-vrrp1-vm"], undefined]);
        assert.deepEqual(result.byName("api-ha-rule").options.replaceWith?.map(nameOf).sort(), [
            "api-vrrp1-ha",
            "api-vrrp2-ha",
        ]);
        for (const name of names(result)) assert.equal(result.byName(name).options.deleteBeforeReplace, true, name);
    });

    it("can be one host's alone", async () => {
        const one = withValue(virtualMachines(), "hosts[0].virtualMachine.highAvailability", { separation: "none" });
        assert.deepEqual(names(await constructUnderMocks(args(one))), ["api-vrrp1-ha"]);
    });
});
