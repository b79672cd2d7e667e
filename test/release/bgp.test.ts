/**
 * A VIP that two hosts, and three, announce by BGP to a router which spreads connections over them: what a client
 * behind it loses when a host is killed, its proxy or its BIRD, when it falls silent, when it is drained, and when it
 * returns.
 */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { nspawnHypervisor } from "../../proving-ground/lab/hypervisor/nspawn";
import { bothWays, loseNothing, losePackets } from "../../proving-ground/lab/network/loss";
import { needsLab } from "../lab/machines/support";
import { instance, onHost, seconds, vip } from "../lab/stack/support";
import { AnnouncingHosts, type Kind, mayRunInRealTime } from "./announcing";

const KINDS: (Kind & { title: string })[] = [
    { title: "2 hosts that announce a VIP of each family by BGP", count: 2, ipv6: true },
    { title: "3 hosts that announce the VIP by BGP", count: 3, password: "Mk7bgpPw" },
];

for (const { title, ...kind } of KINDS)
    describe(title, function () {
        this.timeout(240_000);
        this.bail(true);
        const { password } = kind;
        const hosts = new AnnouncingHosts(`test-bgp-${kind.count}`, kind);
        const { stack, machines, victim, all, others } = hosts;

        before(async function () {
            this.timeout(400_000);
            await needsLab(this);
            await hosts.start();
        });
        after(() => hosts.end());

        it("are all in use after one `up`, and are not changed by a second", async () => {
            const { output } = await stack.up().catch((error: Error) => hosts.explained(error));
            assert.match(output, /announce /);
            await hosts.nextHopsAre(all, 5);
            await stack.up("--expect-no-changes");
            const { announcement, heldBy, problems } = await stack.status();
            if (problems.length > 0) await hosts.explained(new Error(problems.join("\n")));
            assert.equal(announcement, "bgp");
            assert.deepEqual(
                heldBy,
                machines.map(({ name }) => name),
            );
        });

        if (password !== undefined)
            it("have the password of their sessions where only root and BIRD read it, and nowhere in the state", async () => {
                assert.doesNotMatch(await stack.state(), new RegExp(password));
                for (const { address: host } of machines) {
                    const found = await onHost(
                        host,
                        `sudo grep -rl ${password} /etc /run /var/lib/ha-api 2> /dev/null | xargs sudo stat --format '%a %U'`,
                    );
                    for (const line of found.split("\n")) assert.match(line, /^[46][04]0 (root|bird)$/, found);
                }
            });

        it("have BIRD in real time, where the machines may have that at all", async () => {
            for (const { address: host } of machines)
                assert.match(
                    await onHost(host, "chrt --pid $(pidof bird)"),
                    (await mayRunInRealTime(host)) ? /policy: SCHED_RR$/m : /policy: SCHED_OTHER$/m,
                );
        });

        it("lose the one whose proxy is killed at once, and have it back late", async () => {
            const { gap } = await hosts.measured("proxy killed", all, async () => {
                await seconds(1);
                await onHost(victim.address, "sudo pkill -KILL --oldest nginx");
                await hosts.nextHopsAre(others, 3);
                await seconds(2);
            });
            assert.ok(gap < 3000, `${gap} ms`);
            await hosts.measured("return", others, async () => {
                await hosts.nextHopsAre(all, 20);
                await seconds(2);
            });
        });

        it("go on where BIRD is killed, which comes back by itself", async () => {
            await hosts.measured("BIRD killed", all, async () => {
                await seconds(1);
                await onHost(victim.address, "sudo pkill -KILL bird");
                await hosts.nextHopsAre(others, 5);
                await seconds(1);
            });
            await hosts.nextHopsAre(all, 20);
        });

        it("lose the one that falls silent while its link stays up, and have it back", async () => {
            const { gap } = await hosts.measured("silent", all, async () => {
                await seconds(1);
                await losePackets(instance, bothWays(victim.id));
                await hosts.nextHopsAre(others, 3);
                await seconds(2);
            });
            assert.ok(gap < 3000, `${gap} ms`);
            await loseNothing(instance);
            await hosts.nextHopsAre(all, 30);
        });

        it("drain one, which withdraws itself before its proxy stops", async () => {
            const { gap } = await hosts.measured("drained", all, async () => {
                await seconds(1);
                await onHost(victim.address, "sudo systemctl stop nginx");
                assert.deepEqual(await hosts.router.nextHops(), others);
                await seconds(2);
            });
            assert.ok(gap < 1000, `${gap} ms`);
            await onHost(victim.address, "sudo systemctl start nginx");
            await hosts.nextHopsAre(all, 20);
        });

        it("lose the one whose power is cut, and have it back", async () => {
            const { gap } = await hosts.measured("host killed", all, async () => {
                await seconds(1);
                await nspawnHypervisor(instance).stop(victim.id);
                await hosts.nextHopsAre(others, 3);
                await seconds(2);
            });
            assert.ok(gap < 3000, `${gap} ms`);
            await hosts.backOn(victim);
            await hosts.nextHopsAre(all, 60);
            await stack.up("--expect-no-changes");
        });

        it("have the one back whose network came later than BIRD and the watcher", async () => {
            await hosts.unplugged(victim, "systemctl restart bird ha-api-watcher; sleep 2");
            await hosts.nextHopsAre(all, 40);
            await stack.up("--expect-no-changes");
        });

        if (password !== undefined)
            it("have no session with a password that is not the router's: the VIP is not announced, and `up` says so", async () => {
                await writeFile(hosts.passwordFile, "another\n");
                const { status, output } = await stack.pulumi("up", "--yes", "--skip-preview");
                assert.notEqual(status, 0, output);
                assert.match(output, /router1|BGP/);
                assert.doesNotMatch(output, new RegExp(`another|${password}`));
                await writeFile(hosts.passwordFile, `${password}\n`);
                await stack.up();
                await hosts.nextHopsAre(all, 20);
            });

        it("keep nothing of it when the stack is gone", async () => {
            hosts.disconnect();
            await stack.remove();
            for (const machine of machines) {
                const left =
                    "ip address show lo; ip route show table 198; ip -6 route show table 198 2> /dev/null; " +
                    "ls -d /etc/bird /run/bird /run/ha-api /etc/ha-api " +
                    "/var/lib/ha-api 2> /dev/null; dpkg-query --show bird2 2> /dev/null; id bird 2> /dev/null; " +
                    "ls /etc/systemd/system | grep -E 'ha-api|bird'; cat /proc/sys/net/ipv4/conf/all/arp_announce";
                const found = await onHost(machine.address, `${left}; true`);
                assert.doesNotMatch(found, /bird|ha-api|unreachable/);
                assert.ok(!found.includes(`${vip}/32`) && !/fd77\S+\/128/.test(found), found);
                assert.match(found, /^0$/m);
            }
        });
    });
