/**
 * Changes and switchovers that no client notices: every new request is answered, and one host holds the VIP afterwards.
 */
import assert from "node:assert/strict";
import { realTimeShares } from "../../../proving-ground/lab/cgroups";
import { setFault, startApiServer, stopApiServer } from "../../../proving-ground/lab/apiserver/apiServers";
import type { Summary } from "../../../shared/probe/observations";
import { offerNewerPackages } from "../../../proving-ground/lab/newerPackages";
import { say } from "../../../tools/progress";
import { needsLab } from "../machines/support";
import {
    address,
    instance,
    mixedVirtualMachines,
    onHost,
    waitForSingleMaster,
    seconds,
    observedDuring,
    Stack,
    virtualMachines,
    vipMasters,
} from "./support";

const SWITCHOVER = "sudo /usr/local/libexec/ha-api/switchover";

describe("a pair of hosts at work", function () {
    this.timeout(240_000);
    this.bail(true);
    const stack = new Stack("test-unnoticed");
    const config = mixedVirtualMachines();

    before(async function () {
        this.timeout(600_000);
        await needsLab(this);
        await stack.create(config);
        await stack.up();
    });
    after(async () => {
        for (const { name } of instance.apiServers) await startApiServer(instance, name);
        await stack.remove();
    });

    /** Whether the kernel lets a program of the host run in real time at all. Not that of every machine does. */
    async function mayRunInRealTime(host: string): Promise<boolean> {
        try {
            await onHost(host, "sudo chrt --rr 49 true");
            return true;
        } catch {
            say(
                `The lab's machines get no real-time here. What groups have: ${JSON.stringify(await realTimeShares())}`,
            );
            return false;
        }
    }

    function assertNoImpact(seen: Summary): void {
        assert.ok(seen.requests > 40, `the client was too slow to tell: ${JSON.stringify(seen)}`);
        assert.equal(seen.failed, 0, JSON.stringify(seen));
    }

    it("hands the VIP over without a failed request, and tells a watch to reconnect", async () => {
        const master = await waitForSingleMaster();
        const seen = await observedDuring(async () => {
            await seconds(1);
            await onHost(master.address, SWITCHOVER);
            await seconds(2);
        });
        assertNoImpact(seen);
        // Not the 45 seconds after which a client finds out by itself.
        assert.equal(seen.watchBreaks, 1, JSON.stringify(seen));
        assert.notEqual((await waitForSingleMaster()).name, master.name);
    });

    for (const [what, command, back] of [
        ["keepalived is stopped", "sudo systemctl stop keepalived", "sudo systemctl start keepalived"],
        ["keepalived is killed", "sudo pkill -KILL keepalived", "true"],
        ["nginx is restarted", "sudo systemctl restart nginx", "true"],
        [
            "the watcher is restarted",
            "sudo systemctl stop ha-api-watcher; sleep 1; sudo systemctl start ha-api-watcher",
            "true",
        ],
        ["nginx is stopped", "sudo systemctl stop nginx", "sudo systemctl start nginx"],
    ] as const) {
        it(`loses no request when ${what} on the master`, async () => {
            const master = await waitForSingleMaster();
            assertNoImpact(
                await observedDuring(async () => {
                    await seconds(1);
                    await onHost(master.address, command);
                    await seconds(2);
                    await onHost(master.address, back);
                }),
            );
            await waitForSingleMaster();
        });
    }

    it(
        "keeps the VIP where it is when keepalived is reloaded, again and again: no process of its own is killed " +
            "for that",
        async () => {
            const master = await waitForSingleMaster();
            const seen = await observedDuring(async () => {
                // What an `up` with other settings does; a process in real time may compute for so long only.
                for (let n = 0; n < 8; n++) {
                    await onHost(
                        master.address,
                        `sudo sed -i 's/garp_master_refresh .*/garp_master_refresh ${20 + n}/' ` +
                            "/etc/keepalived/keepalived.conf; sudo systemctl reload keepalived",
                    );
                    await seconds(1);
                }
            });
            assertNoImpact(seen);
            assert.equal(seen.watchBreaks, 0, JSON.stringify(seen));
            assert.equal((await waitForSingleMaster()).name, master.name);
            const policies =
                "for pid in $(pgrep -x keepalived); do sudo chrt --pid $pid; done | grep policy; for pid in " +
                "$(pgrep -x keepalived); do grep realtime.timeout /proc/$pid/limits; done | sort -u";
            const realTime = await mayRunInRealTime(master.address);
            assert.deepEqual((await onHost(master.address, policies)).replaceAll(/^.*: | {2,}/gm, " ").split("\n"), [
                " SCHED_OTHER",
                realTime ? " SCHED_RR|SCHED_RESET_ON_FORK" : " SCHED_OTHER",
                "Max realtime timeout unlimited unlimited us",
            ]);
            assert.equal(
                await onHost(
                    master.address,
                    "sudo journalctl -u keepalived --no-pager | grep -c 'died: Respawning'; sudo sed -i " +
                        "'s/garp_master_refresh .*/garp_master_refresh 10/' /etc/keepalived/keepalived.conf; sudo " +
                        "systemctl reload keepalived",
                ),
                "0",
            );
        },
    );

    it("gives keepalived's VRRP process its priority back when it alone died, and keepalived started another", async () => {
        const master = await waitForSingleMaster();
        const vrrp = "sudo cat /proc/$(systemctl show --property MainPID --value keepalived)/task/*/children";
        const [before, policy] = (
            await onHost(master.address, `child=$(${vrrp}); echo $child; sudo chrt --pid $child | sed 's/.*: //'`)
        ).split("\n");
        await onHost(master.address, `sudo kill -KILL ${before!}`);
        // As the unit had it scheduled: in real time, where the kernel of this machine allows that to containers.
        const now = async (): Promise<string> =>
            onHost(
                master.address,
                `child=$(${vrrp}); test "$child" != ${before!} && sudo chrt --pid $child | sed 's/.*: //'`,
            ).catch(() => "");
        await until(async () => (await now()).split("\n")[0] === policy, "the new one has it");
        await waitForSingleMaster();
    });

    it(
        "makes its run-time folder again when it was removed, and keepalived learns of the proxy by it as " + "before",
        async () => {
            const master = await waitForSingleMaster();
            assertNoImpact(
                await observedDuring(async () => {
                    await onHost(master.address, "sudo rm -rf /run/ha-api");
                    await until(
                        async () =>
                            (await onHost(master.address, "cat /run/ha-api/vrrp/kube_api /run/ha-api/proxy-down").catch(
                                () => "",
                            )) === "MASTER\n0",
                        "it is there again",
                    );
                    await seconds(3);
                }),
            );
            assert.equal((await waitForSingleMaster()).name, master.name);
            await onHost(master.address, SWITCHOVER);
            assert.notEqual((await waitForSingleMaster()).name, master.name);
        },
    );

    it("has systemd start a watcher again that was stopped by a signal", async () => {
        const master = await waitForSingleMaster();
        const main = (): Promise<string> =>
            onHost(master.address, "systemctl show --property MainPID --value ha-api-watcher");
        const before = await main();
        assertNoImpact(
            await observedDuring(async () => {
                await onHost(master.address, `sudo kill -STOP ${before}`);
                await until(async () => !["0", before].includes(await main()), "another watcher runs");
                await seconds(1);
            }),
        );
        assert.equal((await waitForSingleMaster()).name, master.name);
    });

    it("loses no request when the master is rebooted, and none when it returns", async () => {
        const master = await waitForSingleMaster();
        assertNoImpact(
            await observedDuring(async () => {
                await seconds(1);
                await onHost(master.address, "sudo systemctl reboot").catch(() => undefined);
                await seconds(2);
                await serves(master.address);
                await seconds(2);
            }),
        );
        assert.notEqual((await waitForSingleMaster()).name, master.name);
    });

    it("leaves nothing of a switchover behind: a backup answers neither for the VIP nor for its connections", async () => {
        const master = await waitForSingleMaster();
        const other = address(master.address === address(101) ? 102 : 101);
        assert.equal(
            await onHost(
                other,
                `ip route show table local ${address(100)}; sudo ss -Htn state established src ${address(100)}`,
            ),
            "",
        );
        assert.equal((await vipMasters()).length, 1);
    });

    it("gives VMs more memory, each by a power cycle, without a failed request", async () => {
        Object.assign(config, { virtualMachines: { ...virtualMachines, memory: 1536 } });
        await stack.configure(config);
        assertNoImpact(
            await observedDuring(async () => {
                await seconds(1);
                assert.match((await stack.up()).output, /updated/);
                await seconds(1);
            }),
        );
        await waitForSingleMaster();
    });

    it("upgrades nginx and keepalived one host after the other, without a failed request, and once", async () => {
        for (const host of [101, 102])
            await offerNewerPackages((command) => onHost(address(host), command, 120_000), "+lab1", [
                "nginx",
                "keepalived",
            ]);
        const versions = (): Promise<string[]> =>
            Promise.all(
                [101, 102].map((host) =>
                    onHost(address(host), "dpkg-query --show --showformat '${Version} ' nginx keepalived"),
                ),
            );
        for (const text of await versions()) assert.doesNotMatch(text, /lab1/);
        Object.assign(config, { packageUpgradeTrigger: "2026-11" });
        await stack.configure(config);
        let output = "";
        assertNoImpact(
            await observedDuring(async () => {
                await seconds(1);
                output = (await stack.up()).output;
                await seconds(1);
            }),
        );
        for (const text of await versions()) assert.match(text, /^\S+\+lab1 \S+\+lab1$/);
        assert.match(output, /upgraded: keepalived \S+\+lab1, nginx \S+\+lab1/);
        for (const host of [101, 102]) {
            const running =
                "for name in nginx keepalived; do sudo readlink /proc/$(systemctl show --property MainPID " +
                "--value $name)/exe; done";
            assert.equal(
                await onHost(address(host), running),
                "/usr/sbin/nginx\n/usr/sbin/keepalived",
                "the new programs run",
            );
        }
        await waitForSingleMaster();
        await stack.up("--expect-no-changes");
    });

    it("notices an nginx that hangs, which no restart mends, and gives the VIP to the other host", async () => {
        const master = await waitForSingleMaster();
        const seen = await observedDuring(async () => {
            await seconds(1);
            await onHost(master.address, "sudo pkill -STOP nginx");
            await seconds(4);
        });
        assert.ok(seen.longestGap < 8000, JSON.stringify(seen));
        assert.notEqual((await waitForSingleMaster()).name, master.name);
        await onHost(master.address, "sudo pkill -CONT nginx");
        await serves(master.address);
    });

    for (const [what, wrong] of [
        ["hangs", { hang: true }],
        ["is not ready", { readyz: 500 }],
    ] as const) {
        it(`sends no requests to an API server that ${what}, until it is healthy`, async () => {
            const master = await waitForSingleMaster();
            const inUse = (): Promise<string> =>
                onHost(
                    master.address,
                    "grep -v 'backup;' /run/ha-api/nginx/kube_api.upstream 2> /dev/null || echo all",
                );
            await setFault(instance, "api2", wrong);
            await until(
                async () => !(await inUse()).includes(`${address(52)}:6443`) && (await inUse()) !== "all",
                "it is left out",
            );
            assertNoImpact(await observedDuring(() => seconds(3)));
            await setFault(instance, "api2", {});
            await until(async () => (await inUse()) === "all", "it is readmitted");
        });
    }

    it("keeps the VIP where it is when no API server is there, and serves as soon as one is", async () => {
        const master = await waitForSingleMaster();
        for (const { name } of instance.apiServers) await stopApiServer(instance, name);
        await seconds(4);
        assert.equal((await waitForSingleMaster()).name, master.name);
        for (const { name } of instance.apiServers) await startApiServer(instance, name);
        await seconds(2);
        assertNoImpact(await observedDuring(() => seconds(2)));
        assert.equal((await waitForSingleMaster()).name, master.name);
    });
});

/** After a boot or a fault: the proxy answers and keepalived knows its state. */
async function serves(host: string): Promise<void> {
    await until(
        async () =>
            /^active\nactive\n(MASTER|BACKUP)$/.test(
                await onHost(host, "systemctl is-active nginx keepalived; cat /run/ha-api/vrrp/kube_api").catch(
                    () => "",
                ),
            ),
        `${host} serves`,
    );
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
    for (let tries = 0; !(await holds()); tries++) {
        assert.ok(tries < 120, `not so after a minute: ${what}`);
        await seconds(0.5);
    }
}
