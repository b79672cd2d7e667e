/**
 * Hosts that announce the VIP to a router of another make: FRR on a machine of the lab, configured with the lines that
 * docs/bgp.md prints. The client's way to the VIP is by it.
 */
import assert from "node:assert/strict";
import { bothWays, loseNothing, losePackets } from "../../proving-ground/lab/network/loss";
import { run, succeeds } from "../../tools/run";
import { allBlocks } from "../docs/blocks";
import { needsLab } from "../lab/machines/support";
import {
    address,
    answerTo,
    bootClean,
    existingMachine,
    existingMachines,
    instance,
    observedDuring,
    onHost,
    seconds,
    Stack,
    startExistingMachines,
    stopExistingMachines,
    vip,
} from "../lab/stack/support";

const router = existingMachine(3, 13);
const hosts = existingMachines.map((machine) => machine.address);
const [first, second] = hosts as [string, string];

/** The document's own lines, for the addresses of the lab. */
function documented(): string {
    const block = allBlocks().find(({ file, text }) => file.endsWith("bgp.md") && text.includes("router bgp"));
    return block!.text
        .replaceAll("172.30.0.10", vip)
        .replaceAll("10.30.100.101", first)
        .replaceAll("10.30.100.102", second);
}

describe("hosts that announce the VIP to FRR", function () {
    this.timeout(240_000);
    this.bail(true);
    const stack = new Stack("test-frr");
    const byRouter = ["-n", instance.client.namespace, "route"];

    async function nextHops(): Promise<string[]> {
        const routes = await onHost(router.address, `ip route show ${vip}`);
        return [...routes.matchAll(/via (\S+)/g)].map(([, hop]) => hop!).sort();
    }
    async function spreadsOver(wanted: string[], withinSeconds: number): Promise<void> {
        const deadline = Date.now() + withinSeconds * 1000;
        for (let now = await nextHops(); now.join() !== wanted.join(); now = await nextHops()) {
            if (Date.now() > deadline) {
                const output = await onHost(
                    router.address,
                    "sudo vtysh -c 'show bgp summary' -c 'show bfd peers brief'",
                );
                assert.fail(`${now.join() || "no host"}, not ${wanted.join()}:\n${output}`);
            }
            await seconds(0.2);
        }
    }

    before(async function () {
        this.timeout(600_000);
        await needsLab(this);
        await startExistingMachines(existingMachines);
        await bootClean([router], {});
        const configuration = Buffer.from(documented()).toString("base64");
        const install = [
            "set -e; export DEBIAN_FRONTEND=noninteractive; sudo apt-get -q -y update > /dev/null",
            "sudo -E apt-get -q -y install --no-install-recommends frr > /dev/null 2>&1",
            "sudo sed -i 's/^bgpd=no/bgpd=yes/; s/^bfdd=no/bfdd=yes/' /etc/frr/daemons",
            `echo ${configuration} | base64 -d | sudo tee /etc/frr/frr.conf > /dev/null`,
            "sudo sysctl -q net.ipv4.ip_forward=1 net.ipv4.fib_multipath_hash_policy=1",
            "for each in /proc/sys/net/ipv4/conf/*; do echo 0 | sudo tee $each/send_redirects > /dev/null; done",
            "sudo systemctl restart frr",
        ];
        await onHost(router.address, install.join("\n"), 180_000);
        await run("ip", [...byRouter, "replace", vip, "via", router.address]);
        await stack.create({
            vip,
            announcement: "bgp",
            bgp: { localAs: 64512, prefixLength: 26, peers: [{ address: router.address, as: 64513 }] },
            apiServers: [51, 52, 53].map(address),
            hosts: existingMachines.map(({ name, address: own }) => ({ name, address: own })),
        });
    });
    after(async () => {
        await loseNothing(instance);
        await succeeds("ip", [...byRouter, "del", vip]);
        await stack.remove();
        await stopExistingMachines([...existingMachines, router]);
    });

    it("are all in use after one `up`, and the VIP answers behind it", async () => {
        await stack.up();
        await spreadsOver(hosts, 10);
        assert.equal(await answerTo(`https://${vip}:6443/readyz`), "ok");
        await stack.up("--expect-no-changes");
        assert.deepEqual((await stack.status()).problems, []);
    });

    for (const [title, strike, mend] of [
        ["whose proxy is killed", () => onHost(first, "sudo pkill -KILL --oldest nginx"), () => Promise.resolve()],
        [
            "that falls silent while its link stays up",
            () => losePackets(instance, bothWays(existingMachines[0]!.id)),
            () => loseNothing(instance),
        ],
        [
            "that is drained",
            () => onHost(first, "sudo /usr/local/libexec/ha-api/switchover --stay"),
            () => onHost(first, "sudo /usr/local/libexec/ha-api/switchover --return"),
        ],
    ] as const)
        it(`lose the one ${title} at once, and have it back`, async () => {
            const { failed, requests, longestGap } = await observedDuring(async () => {
                await seconds(1);
                await strike();
                await spreadsOver([second], 3);
                await seconds(1);
            });
            console.log(`      ${failed} of ${requests} new connections failed, ${longestGap} ms without an answer`);
            assert.ok(longestGap < 3000, `${longestGap} ms`);
            await mend();
            await spreadsOver(hosts, 60);
        });
});
