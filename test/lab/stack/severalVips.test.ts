/**
 * A pair with two VIPs that prefer another host each, with the daemons of both Debian releases. What clients see is
 * watched at both at once.
 */
import assert from "node:assert/strict";
import { nspawnHypervisor } from "../../../proving-ground/lab/hypervisor/nspawn";
import { pairAddresses } from "../../../proving-ground/lab/instance";
import { itBeforeRelease, some } from "../../breadth";
import { answers, needsLab } from "../machines/support";
import { PROXIES } from "./proxies";
import {
    address,
    answerTo,
    answersAtVip,
    assertNothingLost,
    existingMachines,
    instance,
    mixedExample,
    observedAtBoth,
    observedDuring,
    onHost,
    powerOn,
    seconds,
    Stack,
    type StackConfig,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
    vip,
    vipMasters,
    waitForSingleMaster,
} from "./support";

/** The API servers' certificates are good for it. */
const ingress = pairAddresses(instance, 0).vip;
const [first, second] = existingMachines as [(typeof existingMachines)[0], (typeof existingMachines)[0]];
/** Seconds that a host is healthy before it takes its VIP back. */
const DELAY = 8;

const masters = async (): Promise<[string, string]> => [
    (await waitForSingleMaster()).name,
    (await waitForSingleMaster(20_000, ingress)).name,
];

async function untilMastersAre(wanted: [string, string], delay = DELAY): Promise<void> {
    const deadline = Date.now() + (delay + 20) * 1000;
    for (;;) {
        const found = await masters();
        if (found.join() === wanted.join()) return;
        assert.ok(Date.now() < deadline, `${found.join(" and ")} hold the VIPs, not ${wanted.join(" and ")}`);
        await seconds(0.2);
    }
}

const switchover = (host: string, ...words: string[]): Promise<string> =>
    onHost(host, ["sudo /usr/local/libexec/ha-api/switchover", ...words].join(" "));

for (const { title, config } of some(PROXIES))
    describe(`a pair with two VIPs that prefer another host each: ${title}`, function () {
        this.timeout(240_000);
        this.bail(true);
        const stack = new Stack("test-several-vips");
        const one: StackConfig = { ...twoExistingMachines(), ...config, listenOn: "vip" };
        const two: StackConfig = {
            ...one,
            vrrp: { preempt: true, preemptDelay: DELAY },
            vips: [{ name: "ingress", address: `${ingress}/24`, prefers: second.name, preemptDelay: DELAY }],
            // The port that the API has at its own.
            listeners: [{ name: "https", vip: "ingress", port: 6443, backends: [51, 52, 53].map(address) }],
        };
        const crossed = (): Promise<void> => untilMastersAre([first.name, second.name]);

        before(async function () {
            this.timeout(300_000);
            await needsLab(this);
            await startExistingMachines(existingMachines);
            await stack.create(two);
        });
        after(async () => {
            await stack.remove();
            await stopExistingMachines(existingMachines);
        });

        it("has each VIP on the host that it prefers after the first `up`, and answers at both", async () => {
            await stack.up();
            await crossed();
            const readyz = (at: string): Promise<string> => answerTo(`https://${at}:6443/readyz`);
            assert.deepEqual([await readyz(vip), await readyz(ingress)], ["ok", "ok"]);
        });

        it("is not changed by a second `up`, and status shows each", async () => {
            await stack.up("--expect-no-changes");
            const { healthy, vips, problems } = await stack.status();
            assert.deepEqual([healthy, problems], [true, []]);
            assert.deepEqual(vips, [
                { address: vip, heldBy: [first.name] },
                { name: "ingress", address: ingress, prefers: second.name, heldBy: [second.name] },
            ]);
        });

        for (const [what, moved, at, host] of [
            ["the ingress", "ingress", ingress, second],
            ["the API", "kube-api", vip, first],
        ] as const)
            it(`moves ${what} alone and lets it return, without a lost request at either`, async () => {
                const other = host === first ? second : first;
                await assertNothingLost(what, ingress, async () => {
                    await seconds(0.5);
                    await switchover(host.address, "--vip", moved);
                    const held = [...(await vipMasters(at)), ...(await vipMasters(at === vip ? ingress : vip))];
                    assert.deepEqual(
                        held.map(({ name }) => name),
                        [other.name, other.name],
                    );
                    await crossed();
                    await seconds(1);
                });
            });

        it("has both on the host that is left when power is cut, and returns without a lost request", async () => {
            const [atApi, atIngress] = await observedAtBoth(async () => {
                await seconds(0.5);
                await nspawnHypervisor(instance).stop(second.id);
                await seconds(3);
            }, ingress);
            assert.equal(atApi.failed, 0, JSON.stringify(atApi));
            assert.ok(atIngress.longestGap < 4000, JSON.stringify(atIngress));
            assert.deepEqual(await masters(), [first.name, first.name]);
            await powerOn(second);
            await answers(second.address);
            // A boot takes this machine's processors; from here on the host waits for the delay to end.
            await onHost(second.address, "until grep -qsx BACKUP /run/ha-api/vrrp/ingress; do sleep 0.1; done");
            await assertNothingLost("return", ingress, async () => {
                await crossed();
                await seconds(1);
            });
        });

        it("gives the second VIP up again, without a lost request at the first", async () => {
            await stack.configure(one);
            const seen = await observedDuring(() => stack.up());
            assert.equal(seen.failed, 0, JSON.stringify(seen));
            for (const machine of existingMachines) {
                const left =
                    "ip address; ip route show table local; sudo nft list tables; sudo ss -Hltn; ls /run/ha-api/vrrp";
                assert.doesNotMatch(
                    await onHost(machine.address, left),
                    new RegExp(`${ingress.replaceAll(".", "\\.")}\\b|ingress`),
                );
            }
        });
    });

describe("VMs with two VIPs that prefer another host each", function () {
    this.timeout(300_000);
    const stack = new Stack("test-several-vips-vms");
    const example = mixedExample("api-and-ingress");

    before(async function () {
        await needsLab(this);
    });
    after(() => stack.remove());

    itBeforeRelease("are made by the example, answer at both, and are not changed by a second `up`", async () => {
        await stack.create({
            ...example,
            // The example's ingress is behind machines that this lab does not have.
            listeners: [{ name: "https", vip: "ingress", port: 6443, backends: [51, 52, 53].map(address) }],
        });
        await stack.up();
        // The example has them return late.
        await untilMastersAre(["vrrp1", "vrrp2"], 60);
        await answersAtVip();
        assert.equal(await answerTo(`https://${ingress}:6443/readyz`), "ok");
        await stack.up("--expect-no-changes");
        const { healthy, problems } = await stack.status();
        assert.deepEqual([healthy, problems], [true, []]);
    });
});
