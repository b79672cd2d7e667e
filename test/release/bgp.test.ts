/**
 * A VIP that two hosts, and three, announce by BGP to a router which spreads connections over them: what a client
 * behind it loses when a host is killed, its proxy or its BIRD, when it is drained, and when it returns. Resetting
 * connections of hosts that stay is the router's doing, so that these are counted and shown, not judged.
 */
import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watching } from "../../proving-ground/lab/client/watching";
import { nspawnHypervisor } from "../../proving-ground/lab/hypervisor/nspawn";
import { bgpToRouter, type Router, startRouter } from "../../proving-ground/lab/network/router";
import { summarise } from "../../shared/probe/observations";
import { answers, needsLab } from "../lab/machines/support";
import {
    address,
    existingMachine,
    instance,
    onHost,
    powerOn,
    seconds,
    Stack,
    startExistingMachines,
    stopExistingMachines,
    vip,
} from "../lab/stack/support";

/** Connections that are kept, each asking twice a second; each that is lost is told, and made again. */
const KEPT = 60;
const CLIENT = `
const tls = require("tls");
const open = () => {
    const socket = tls.connect({ host: "${vip}", port: 6443, rejectUnauthorized: false });
    const ask = () => socket.write("GET /api HTTP/1.1\\r\\nHost: kubernetes\\r\\n\\r\\n");
    let timer;
    socket.on("secureConnect", () => { process.stdout.write("+"); ask(); timer = setInterval(ask, 500); });
    let patience;
    socket.on("data", () => { clearTimeout(patience); patience = setTimeout(() => socket.destroy(), 3000); });
    socket.on("error", () => undefined);
    socket.on("close", () => {
        if (timer !== undefined) process.stdout.write("-");
        clearInterval(timer); clearTimeout(patience); setTimeout(open, 500);
    });
};
for (let count = 0; count < ${KEPT}; count++) open();`;

/** Of the sessions of three hosts; those of two have none. */
const PASSWORD = "Mk7bgpPw";

/** Whether the kernel lets a program of the host run in real time at all. */
async function mayRunInRealTime(host: string): Promise<boolean> {
    const may = await onHost(host, "sudo chrt --rr 49 true 2> /dev/null && echo yes || echo no");
    if (may !== "yes") console.log(`      ${host} gets no real-time here`);
    return may === "yes";
}

for (const count of [2, 3])
    describe(`${count} hosts that announce the VIP by BGP`, function () {
        this.timeout(240_000);
        this.bail(true);
        const machines = Array.from({ length: count }, (_, index) => existingMachine(index + 1, 11 + index));
        const [victim] = machines as [(typeof machines)[number]];
        const all = machines.map((machine) => machine.address).sort();
        const others = all.filter((each) => each !== victim.address);
        const stack = new Stack(`test-bgp-${count}`);
        let router: Router;
        let folder: string;
        let realTime: boolean;
        let client: ChildProcessWithoutNullStreams | undefined;
        let lost = 0;

        const nextHopsAre = (wanted: string[], withinSeconds: number): Promise<void> =>
            router.spreadsOver(wanted, withinSeconds);
        const knowsWayBack = (machine: (typeof machines)[number]): Promise<string> =>
            onHost(machine.address, `sudo ip route replace ${router.wayBack}`);

        /** With both sides' view of what did not come about. */
        const explained = async (error: Error): Promise<never> => {
            const log =
                "sudo birdc show protocols all router1; sudo journalctl --unit bird --no-pager --lines 40; " +
                "chrt --all-tasks --pid $(pidof bird); ip route show table 198; sudo birdc show route all; " +
                "sudo journalctl --unit ha-api-watcher --unit nginx --no-pager --lines 60 --output short-precise";
            const hosts = await Promise.all(machines.map((machine) => onHost(machine.address, log).catch(String)));
            throw new Error([error.message, await router.sessions(), ...hosts].join("\n"));
        };

        /** Made again for each event: those left of earlier ones are where no event moved them from. */
        const connect = (): void => {
            client?.kill();
            const { namespace } = router.instance.client;
            client = spawn("ip", ["netns", "exec", namespace, process.execPath, "-e", CLIENT]);
            client.stdout.on("data", (data: Buffer) => (lost += data.toString().split("-").length - 1));
        };

        /** What happens to clients meanwhile, which is shown; the hosts in use at its beginning were so for a while. */
        const measured = async (event: string, from: string[], work: () => Promise<unknown>): Promise<number> => {
            await nextHopsAre(from, 20).catch(explained);
            connect();
            await seconds(4);
            await nextHopsAre(from, 0).catch(explained);
            lost = 0;
            const observations = await watching(router.instance, vip, work, { everyMs: 25, timeoutMs: 3000 });
            await seconds(1);
            const { requests, failed, longestGap } = summarise(observations);
            const slow = observations.attempts.filter(({ error, took }) => error === undefined && took > 1000).length;
            const gap = Math.round(longestGap);
            console.log(
                `      ${count} hosts, ${event}: ${lost} of ${KEPT} kept connections lost; ${failed} of ${requests} ` +
                    `new ones failed, ${slow} took more than a second, ${gap} ms without an answer`,
            );
            return gap;
        };

        before(async function () {
            this.timeout(400_000);
            await needsLab(this);
            folder = await mkdtemp(join(tmpdir(), "ha-api-bgp-test-"));
            const passwordFile = join(folder, "password.txt");
            await writeFile(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
            const [password, file] = count === 3 ? [PASSWORD, passwordFile] : [undefined, undefined];
            await startExistingMachines(machines);
            router = await startRouter(instance, vip, all, password);
            for (const machine of machines) await knowsWayBack(machine);
            realTime = (await Promise.all(machines.map((machine) => mayRunInRealTime(machine.address)))).every(Boolean);
            await stack.create({
                vip,
                announcement: "bgp",
                bgp: {
                    ...bgpToRouter(instance, file),
                    // What docs/bgp.md says for such machines.
                    ...(realTime ? {} : { bfd: { interval: 0.3 } }),
                },
                apiServers: [51, 52, 53].map(address),
                hosts: machines.map(({ name, address: own }) => ({ name, address: own })),
            });
        });
        after(async () => {
            client?.kill();
            await stack.remove();
            await router?.stop();
            await stopExistingMachines(machines);
            await rm(folder, { recursive: true, force: true });
        });

        it("are all in use after one `up`, and are not changed by a second", async () => {
            const { output } = await stack.up().catch(explained);
            assert.match(output, /announce /);
            await nextHopsAre(all, 5);
            await stack.up("--expect-no-changes");
            const { announcement, heldBy, problems } = await stack.status();
            if (problems.length > 0) await explained(new Error(problems.join("\n")));
            assert.equal(announcement, "bgp");
            assert.deepEqual(
                heldBy,
                machines.map(({ name }) => name),
            );
        });

        if (count === 3)
            it("have the password of their sessions where only root and BIRD read it, and nowhere in the state", async () => {
                assert.doesNotMatch(await stack.state(), new RegExp(PASSWORD));
                for (const { address: host } of machines) {
                    const found = await onHost(
                        host,
                        `sudo grep -rl ${PASSWORD} /etc /run /var/lib/ha-api 2> /dev/null | xargs sudo stat --format '%a %U'`,
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
            const gap = await measured("proxy killed", all, async () => {
                await seconds(1);
                await onHost(victim.address, "sudo pkill -KILL --oldest nginx");
                await nextHopsAre(others, 3).catch(explained);
                await seconds(2);
            });
            assert.ok(gap < 3000, `${gap} ms`);
            await measured("return", others, async () => {
                await nextHopsAre(all, 20);
                await seconds(2);
            });
        });

        it("go on where BIRD is killed, which comes back by itself", async () => {
            await measured("BIRD killed", all, async () => {
                await seconds(1);
                await onHost(victim.address, "sudo pkill -KILL bird");
                await nextHopsAre(others, 5).catch(explained);
                await seconds(1);
            });
            await nextHopsAre(all, 20);
        });

        it("drain one, which withdraws itself before its proxy stops", async () => {
            const gap = await measured("drained", all, async () => {
                await seconds(1);
                await onHost(victim.address, "sudo systemctl stop nginx");
                assert.deepEqual(await router.nextHops(), others);
                await seconds(2);
            });
            assert.ok(gap < 1000, `${gap} ms`);
            await onHost(victim.address, "sudo systemctl start nginx");
            await nextHopsAre(all, 20);
        });

        it("lose the one whose power is cut, and have it back", async () => {
            const gap = await measured("host killed", all, async () => {
                await seconds(1);
                await nspawnHypervisor(instance).stop(victim.id);
                await nextHopsAre(others, 3).catch(explained);
                await seconds(2);
            });
            assert.ok(gap < 3000, `${gap} ms`);
            await powerOn(victim);
            await answers(victim.address);
            await knowsWayBack(victim);
            await nextHopsAre(all, 60);
            await stack.up("--expect-no-changes");
        });

        if (count === 3)
            it("have no session with a password that is not the router's: the VIP is not announced, and `up` says so", async () => {
                await writeFile(join(folder, "password.txt"), "another\n");
                const { status, output } = await stack.pulumi("up", "--yes", "--skip-preview");
                assert.notEqual(status, 0, output);
                assert.match(output, /router1|BGP/);
                assert.doesNotMatch(output, new RegExp(`another|${PASSWORD}`));
                await writeFile(join(folder, "password.txt"), `${PASSWORD}\n`);
                await stack.up();
                await nextHopsAre(all, 20);
            });

        it("keep nothing of it when the stack is gone", async () => {
            client?.kill();
            await stack.remove();
            for (const machine of machines) {
                const left =
                    "ip address show lo; ip route show table 198; ls -d /etc/bird /run/bird /run/ha-api /etc/ha-api " +
                    "/var/lib/ha-api 2> /dev/null; dpkg-query --show bird2 2> /dev/null; id bird 2> /dev/null; " +
                    "ls /etc/systemd/system | grep -E 'ha-api|bird'; cat /proc/sys/net/ipv4/conf/all/arp_announce";
                const found = await onHost(machine.address, `${left}; true`);
                assert.doesNotMatch(found, /bird|ha-api|unreachable/);
                assert.ok(!found.includes(`${vip}/32`), found);
                assert.match(found, /^0$/m);
            }
        });
    });
