/** The fake Proxmox's high availability: what it takes and refuses, and what becomes of guests under it. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { documentedCommands } from "../../../proving-ground/lab/proxmox/access/documented";
import { VERSIONS, type Version } from "../../../proving-ground/lab/proxmox/access/privileges";
import { DOCUMENTED, FakeProxmoxServer, type Values } from "./fakeProxmoxServer";

const HA = "/cluster/ha";
const RULE = { rule: "apart", type: "resource-affinity", affinity: "negative", resources: "vm:101,vm:102" };

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 10_000; !(await holds()); await sleep(50))
        assert.ok(Date.now() < end, `${what} did not come about`);
}

for (const version of Object.keys(VERSIONS) as Version[])
    describe(`fake Proxmox ${version}: high availability`, () => {
        let lab: FakeProxmoxServer;
        beforeEach(async () => {
            lab = await FakeProxmoxServer.start({
                version,
                tokens: [DOCUMENTED],
                commands: [...documentedCommands().template, ...documentedCommands().settings],
            });
            await lab.clone(101);
        });
        afterEach(() => lab.stop());

        const manage = (vmid: number, values: Values = {}): Promise<unknown> =>
            lab.data("POST", `${HA}/resources`, { sid: `vm:${vmid}`, ...values });
        const refusal = async (method: string, path: string, values: Values = {}): Promise<string> => {
            const { status, reason, errors } = await lab.call(method, `${HA}${path}`, values);
            return `${status} ${reason}${Object.entries(errors ?? {})
                .map(([key, text]) => ` ${key}: ${text.trim()}`)
                .join()}`;
        };
        const runs = (): boolean => lab.hypervisor.running.has(101);

        it("starts a guest that is to run, and passes on what is asked of it, each some time later", async () => {
            await manage(101, { max_restart: 2 });
            assert.equal(runs(), false);
            await until("the start", runs);
            for (const [action, type, after] of [
                ["shutdown", "hastop", false],
                ["start", "hastart", true],
                ["stop", "hastop", false],
            ] as const) {
                const { upid, exitstatus } = await lab.task("POST", `/nodes/pve1/qemu/101/status/${action}`);
                assert.deepEqual([upid.split(":")[5], exitstatus, runs()], [type, "OK", !after]);
                await until(`the end of ${action}`, () => runs() === after);
            }
            const { ha } = await lab.data<{ ha: object }>("GET", "/nodes/pve1/qemu/101/status/current");
            assert.deepEqual(ha, { managed: 1, state: "stopped" });
        });

        it("moves one some time later", async () => {
            await manage(101, { state: "stopped" });
            const { upid } = await lab.task("POST", "/nodes/pve1/qemu/101/migrate", { target: "pve2" });
            assert.equal(upid.split(":")[5], "hamigrate");
            await until("the move", async () => (await lab.call("GET", "/nodes/pve2/qemu/101/config")).status === 200);
        });

        it("leaves one alone that it is to ignore", async () => {
            await manage(101, { state: "ignored" });
            const { upid } = await lab.task("POST", "/nodes/pve1/qemu/101/status/start");
            assert.deepEqual([upid.split(":")[5], runs()], ["qmstart", true]);
        });

        it("refuses what Proxmox would, in its words", async () => {
            await manage(101);
            assert.match(await refusal("POST", "/resources", { sid: "vm:101" }), /'vm:101' already defined$/);
            assert.match(await refusal("POST", "/resources", { sid: "vm:777" }), /does not exist in cluster$/);
            assert.match(await refusal("PUT", "/resources/vm:101", { state: "on" }), /^400 .* state: value 'on'/);
            assert.equal(await refusal("GET", "/resources/vm:102"), "500 no such resource 'vm:102'");
            assert.match(
                await refusal("DELETE", "/resources/vm:102"),
                /cannot delete service 'vm:102', not HA managed!/,
            );
            const { reason } = await lab.call("DELETE", "/nodes/pve1/qemu/101");
            assert.match(reason, /used in HA resources and purge parameter not set/);
        });

        it("is told nothing without the privileges that docs/security.md gives", async () => {
            const asUser = { authorization: `PVEAPIToken=${DOCUMENTED}` };
            assert.equal((await lab.call("GET", `${HA}/resources`, {}, asUser)).status, 200);
            await lab.stop();
            lab = await FakeProxmoxServer.start({
                version,
                tokens: [DOCUMENTED],
                commands: documentedCommands().template,
            });
            for (const [method, path, privilege] of [
                ["GET", "/resources", "Sys.Audit"],
                ["GET", "/status/current", "Sys.Audit"],
                ["POST", "/resources", "Sys.Console"],
                ["DELETE", version === "8.4" ? "/groups/a1" : "/rules/a1", "Sys.Console"],
            ] as const) {
                const { reason } = await lab.call(method, `${HA}${path}`, {}, asUser);
                assert.equal(reason, `Permission check failed (/, ${privilege})`);
            }
        });

        if (version === "8.4")
            it("has groups, which stay while a guest is in them, and no rules", async () => {
                await lab.data("POST", `${HA}/groups`, { group: "own", nodes: "pve1:1" });
                await manage(101, { group: "own" });
                assert.match(await refusal("DELETE", "/groups/own"), /ha group is used by service 'vm:101'$/);
                await lab.data("DELETE", `${HA}/resources/vm:101`);
                await lab.data("DELETE", `${HA}/groups/own`);
                assert.equal(await refusal("GET", "/groups/own"), "500 no such ha group 'own'");
                assert.match(await refusal("POST", "/rules", RULE), /^501 /);
            });
        else {
            it("has no groups", async () => {
                const migrated = "ha groups have been migrated to rules";
                assert.equal(
                    await refusal("POST", "/groups", { group: "own", nodes: "pve1" }),
                    `500 cannot create group: ${migrated}`,
                );
                assert.equal(
                    await refusal("POST", "/resources", { sid: "vm:101", group: "own" }),
                    `500 invalid parameter 'group': ${migrated}`,
                );
            });

            it("takes a rule once it counts nodes, and takes guests out of it that go", async () => {
                await lab.clone(102);
                assert.match(await refusal("POST", "/rules", RULE), /unmanaged resource\(s\) vm:101, vm:102\.$/);
                for (const vmid of [101, 102]) await manage(vmid, { state: "stopped" });
                assert.match(await refusal("POST", "/rules", RULE), /resources: .*more resources than available nodes/);
                await until("the rule", async () => (await lab.call("POST", `${HA}/rules`, RULE)).status === 200);
                assert.match(
                    await refusal("PUT", "/rules/apart", { type: RULE.type, resources: "vm:101" }),
                    /^400 Rule 'apart' is invalid\. resources: rule is ineffective/,
                );
                await lab.task("DELETE", "/nodes/pve1/qemu/102", { purge: 1 });
                const { resources } = await lab.data("GET", `${HA}/rules/apart`);
                assert.equal(resources, "vm:101");
                await lab.data("DELETE", `${HA}/resources/vm:101`);
                assert.equal(await refusal("GET", "/rules/apart"), "500 no such ha rule 'apart'");
            });
        }
    });
