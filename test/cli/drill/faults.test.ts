/** What faults do, on hosts that only write it down. */
import assert from "node:assert/strict";
import { REVERT_UNIT, TABLE } from "../../../cli/drill/hosts/hostScripts";
import { planned, planText } from "../../../cli/drill/plan";
import { SshInjector } from "../../../cli/drill/sshInjector";
import { FAULTS } from "../../../shared/faults/catalogue";
import type { Fault } from "../../../shared/faults/fault";
import { injectFault, revertFault } from "../../../shared/faults/injector";
import { CHECKED_INTERFACE, itOnEachRelease } from "../../checkers";
import { deployment } from "../../components/inspection/samples";

const site = deployment();
const [host1, host2] = site.hosts.map(({ name }) => name) as [string, string];
const server = site.inspection.apiServers[0]!;

/** What was done, in order. */
/** A target, and an injector that notes what it does. */
function scene(): { injector: SshInjector; done: { where: string; text: string }[] } {
    const done: { where: string; text: string }[] = [];
    const note =
        (where: string) =>
        (text: string, ...more: string[]): Promise<void> => {
            done.push({ where, text: [text, ...more].join(" ") });
            return Promise.resolve();
        };
    const injector = new SshInjector({
        hosts: site.hosts,
        proxyService: site.inspection.proxyService,
        holdMs: 6000,
        bash: async (host, text) => {
            await note(host)(text);
            return "at 1.5\n";
        },
        power: { off: note("power off"), on: note("power on") },
        controlPlane: { real: false, break: note("break"), restore: note("restore") },
    });
    return { done, injector };
}

const target = { master: host2, server, apiServers: site.inspection.apiServers };

const fault = (name: string): Fault => FAULTS.find((each) => each.name === name)!;

describe("the faults of a drill", () => {
    it("have names of their own", () => assert.equal(new Set(FAULTS.map(({ name }) => name)).size, FAULTS.length));

    for (const each of FAULTS.filter(({ needs }) => needs === undefined || needs === "nftables")) {
        const lasting = (["reverted", "timer"] as const).some((recovery) => recovery === each.recovery);
        it(
            `${each.name}: ` +
                `${lasting ? "schedules its own end on the host before anything else, and is reverted" : "needs nothing to be reverted"}`,
            async () => {
                const { injector, done } = scene();
                await injectFault(each, target, injector);
                assert.ok(done.length > 0, "it does something");
                for (const { text } of done) {
                    const lines = text.split("\n");
                    const moment = lines.findIndex((line) => line.startsWith("printf 'at %s"));
                    assert.ok(moment >= 0 && moment < lines.length - 1, text);
                    if (lasting) {
                        assert.match(
                            lines.slice(0, moment).join("\n"),
                            new RegExp(`^systemd-run .*--unit ${REVERT_UNIT} --on-active=\\d+ms [^]*\\|\\| exit 1$`),
                        );
                        const after = Number(/--on-active=(\d+)ms/.exec(lines[0]!)![1]);
                        assert.equal(after, each.recovery === "timer" ? 6000 : 26_000);
                    }
                }
                const injected = done.splice(0);
                await revertFault(each, target, injector);
                if (each.recovery === "reverted") {
                    assert.deepEqual(
                        done.map(({ where }) => where),
                        injected.map(({ where }) => where),
                    );
                    for (const { text } of done) assert.match(text, new RegExp(`systemctl stop ${REVERT_UNIT}.timer`));
                } else assert.equal(done.length, 0);
            },
        );
    }

    it("fall on the master alone, except an API server's address, which every host loses", async () => {
        for (const each of FAULTS.filter(({ needs }) => needs === undefined || needs === "nftables")) {
            const { injector, done } = scene();
            await injectFault(each, target, injector);
            assert.deepEqual(
                done.map(({ where }) => where),
                each.on === "master" ? [host2] : [host1, host2],
                each.name,
            );
        }
    });

    it("filter packets only in a table of their own, which the revert deletes in every family it is in", async () => {
        for (const each of FAULTS.filter(({ needs }) => needs === "nftables")) {
            const { injector, done } = scene();
            await injectFault(each, target, injector);
            const families = [...done[0]!.text.matchAll(/^add table (\w+) (\S+)$/gm)].map(
                ([, family, table]) => `${family} ${table}`,
            );
            assert.ok(families.length > 0 && families.every((family) => family.endsWith(` ${TABLE}`)), each.name);
            for (const family of families)
                assert.ok(done[0]!.text.split("printf 'at %s")[0]!.includes(`nft delete table ${family}`), family);
            assert.doesNotMatch(done[0]!.text, /flush/);
        }
    });

    it("leave every other service of an API server's machine alone, which may be one of the hosts", async () => {
        const { injector, done } = scene();
        await injectFault(fault("api-server-black-holed"), target, injector);
        const [address, port] = server.split(":");
        const rules = done[0]!.text
            .split("\n")
            .filter((line) => line.startsWith("add rule"))
            .map((line) => line.replace(/^add rule inet \S+ /, ""));
        assert.deepEqual(rules, [
            `output ip daddr ${address} tcp dport ${port} drop`,
            `input ip saddr ${address} tcp sport ${port} drop`,
        ]);
    });

    it("lose packets of all API servers and of nothing else, and few of them", async () => {
        const { injector, done } = scene();
        await injectFault(fault("packets-lost"), target, injector);
        for (const { text } of done) {
            const rules = text
                .split("\n")
                .filter((line) => line.startsWith("add rule"))
                .map((line) => line.replace(/^add rule inet \S+ /, ""));
            assert.deepEqual(
                rules,
                site.inspection.apiServers
                    .map((each) => each.split(":"))
                    .flatMap(([address, port]) => [
                        `output ip daddr ${address} tcp dport ${port} numgen random mod 1000 < 20 drop`,
                        `input ip saddr ${address} tcp sport ${port} numgen random mod 1000 < 20 drop`,
                    ]),
            );
        }
    });

    itOnEachRelease("filter packets by rules that nft takes", async (checker) => {
        for (const each of FAULTS.filter(({ needs }) => needs === "nftables")) {
            const { injector, done } = scene();
            await injectFault(each, target, injector);
            const rules = /<<'?END'?\n([^]*)\nEND$/
                .exec(done[0]!.text)![1]!
                .replaceAll('"$interface"', CHECKED_INTERFACE);
            assert.deepEqual(
                checker.run("nft", ["--check", "--file", "/rules"], { "/rules": rules }),
                { status: 0, output: "" },
                each.name,
            );
        }
    });

    it("cut the power for real, and bring it back", async () => {
        const { injector, done } = scene();
        await injectFault(fault("host-powered-off"), target, injector);
        await revertFault(fault("host-powered-off"), target, injector);
        assert.deepEqual(
            done.map(({ where, text }) => `${where} ${text}`),
            [`power off ${host2}`, `power on ${host2}`],
        );
    });

    it("make one API server fail, or all, and restore the same", async () => {
        for (const [name, count] of [
            ["api-server-hung", 1],
            ["all-api-servers-down", site.inspection.apiServers.length],
        ] as const) {
            const { injector, done } = scene();
            await injectFault(fault(name), target, injector);
            await revertFault(fault(name), target, injector);
            assert.deepEqual(
                done.map(({ where }) => where),
                [...Array<string>(count).fill("break"), ...Array<string>(count).fill("restore")],
            );
        }
    });

    it("of a drill that names none are only the graceful ones", () => {
        assert.deepEqual(
            FAULTS.filter(({ inDefaultDrill }) => inDefaultDrill).map(({ name }) => name),
            ["switchover", "keepalived-stopped", "host-rebooted"],
        );
    });
});

const ports = (): Pick<SshInjector, "power" | "controlPlane"> => scene().injector;

describe("the plan of a drill", () => {
    const context = {
        vip: site.vip,
        hosts: [host1, host2],
        options: { runs: 1, holdMs: 6000, chosen: "all" as const },
        client: "this machine",
        watches: "no watch",
        trust: "",
    };

    it("lists what would be done, and says of the rest why not", () => {
        const plan = planned(
            { faults: FAULTS, chosen: "all" },
            { deployment: site, power: "rack1 is no VM of this stack", controlPlane: "the control plane is not ours" },
            [host1],
        );
        const text = planText(plan, context);
        assert.match(text, /1\. Graceful switchover: asks the master to hand the VIP over/);
        assert.match(text, /Host powered off: left out, because rack1 is no VM of this stack\./);
        assert.match(text, /All API servers down: left out, because the control plane is not ours\./);
        assert.match(
            text,
            new RegExp(
                `Network cut: left out, because ${host1} lacks the command nft: install the package nftables there\\.`,
            ),
        );
        assert.equal(plan.filter(({ obstacle }) => obstacle === undefined).length, 6);
    });

    it("does not ask a real API server for an answer it cannot give", () => {
        const { power } = scene().injector;
        const controlPlane = { real: true, break: () => Promise.resolve(), restore: () => Promise.resolve() };
        const left = planned({ faults: FAULTS, chosen: "all" }, { deployment: site, power, controlPlane })
            .filter(({ obstacle }) => obstacle !== undefined)
            .map((each) => each.fault.name);
        assert.deepEqual(left, ["api-server-not-ready"]);
    });

    it("leaves a host up that is an API server's machine too, unless that fault is named", () => {
        const together = {
            ...site,
            inspection: { ...site.inspection, apiServers: [`${site.hosts[0]!.address}:6443`] },
        };
        const left = (chosen: "graceful" | "all" | "named"): string[] =>
            planned({ faults: FAULTS, chosen }, { ...ports(), deployment: together })
                .filter(({ obstacle }) =>
                    /is an API server's machine too; name it \(--fault host-/.test(obstacle ?? ""),
                )
                .map((each) => each.fault.name);
        assert.deepEqual(
            [left("graceful"), left("all"), left("named")],
            [["host-rebooted", "host-powered-off"], ["host-rebooted", "host-powered-off"], []],
        );
    });

    it("says that more can be had when only graceful faults are meant", () => {
        assert.match(
            planText(planned({ faults: FAULTS.slice(0, 1), chosen: "graceful" }, { ...ports(), deployment: site }), {
                ...context,
                options: { ...context.options, chosen: "graceful" },
            }),
            /Only graceful faults; name others with --fault, or take all with --all-faults/,
        );
    });
});
