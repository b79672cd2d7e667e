/**
 * Three hosts with the networks that sites have: ifupdown and a bridge, NetworkManager, netplan and an interface with a
 * dot in its name, as VLANs have. What becomes of the VIP when each is restarted, as docs/operations.md tells it.
 */
import assert from "node:assert/strict";
import type { Summary } from "../../shared/probe/observations";
import { needsLab } from "../lab/machines/support";
import { change, useIfupdown, useNetplan, useNetworkManager } from "../lab/stack/networkServices";
import {
    existingMachine,
    type ExistingMachine,
    observedDuring,
    onHost,
    seconds,
    Stack,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
    waitForSingleMaster,
} from "../lab/stack/support";

const machines = [1, 2, 3].map((n) => existingMachine(n, 10 + n));
const [ifupdown, networkManager, netplan] = machines as [ExistingMachine, ExistingMachine, ExistingMachine];
const SWITCHOVER = "sudo /usr/local/libexec/ha-api/switchover";

describe("hosts with the networks that sites have", function () {
    this.timeout(180_000);
    this.bail(true);
    const stack = new Stack("test-networks");

    before(async function () {
        this.timeout(400_000);
        await needsLab(this);
        await startExistingMachines(machines);
        await Promise.all([
            useIfupdown(ifupdown.address),
            useNetworkManager(networkManager.address),
            useNetplan(netplan.address, "lan0.10"),
        ]);
        await stack.create({
            ...twoExistingMachines(),
            hosts: machines.map(({ name, address }) => ({ name, address })),
        });
        await stack.up();
    });
    after(async () => {
        await stack.remove();
        await stopExistingMachines(machines);
    });

    /** The VIP is on that host. */
    async function bringTo(wanted: ExistingMachine): Promise<void> {
        const others = machines.filter((machine) => machine !== wanted);
        for (const { address } of others) await onHost(address, `${SWITCHOVER} --stay`);
        assert.equal((await waitForSingleMaster()).name, wanted.name);
        for (const { address } of others) await onHost(address, `${SWITCHOVER} --return`);
    }

    /** What a client saw while a script ran on the host that has the VIP, which it may cut off. */
    async function seenWhile(host: ExistingMachine, script: string): Promise<Summary> {
        await bringTo(host);
        return observedDuring(async () => {
            await seconds(0.5);
            await change(host.address, script);
            await seconds(1);
        });
    }

    for (const [title, host, script] of [
        ["networkd restarts", netplan, "systemctl restart systemd-networkd"],
        [
            "netplan applies what has changed",
            netplan,
            "sed -i 's/accept-ra/mtu: 1400\\n      accept-ra/' /etc/netplan/*.yaml; netplan apply",
        ],
        ["NetworkManager restarts", networkManager, "systemctl restart NetworkManager"],
    ] as [string, ExistingMachine, string][])
        it(`keep the VIP where ${title}`, async () => {
            const seen = await seenWhile(host, script);
            assert.equal(seen.failed, 0, JSON.stringify(seen));
            assert.equal((await waitForSingleMaster()).name, host.name);
        });

    it("hand the VIP over, without a failed request, where NetworkManager takes it away", async () => {
        const seen = await seenWhile(networkManager, "nmcli device reapply host0");
        assert.equal(seen.failed, 0, JSON.stringify(seen));
        assert.notEqual((await waitForSingleMaster()).name, networkManager.name);
    });

    it("lose no request where the VIP is moved before ifupdown takes the bridge down", async () => {
        const seen = await seenWhile(
            ifupdown,
            "/usr/local/libexec/ha-api/switchover --stay; systemctl restart networking; sleep 1; " +
                "/usr/local/libexec/ha-api/switchover --return",
        );
        assert.equal(seen.failed, 0, JSON.stringify(seen));
    });

    it("fail over where nobody moves it before, and are as good as before on the bridge that is made again", async () => {
        const seen = await seenWhile(ifupdown, "systemctl restart networking");
        assert.ok(seen.longestGap < 1500, JSON.stringify(seen));
        const next = await waitForSingleMaster();
        assert.notEqual(next.name, ifupdown.name);
        await seconds(1.5);
        const arp = "cat /proc/sys/net/ipv4/conf/br0/arp_ignore /proc/sys/net/ipv4/conf/br0/arp_announce";
        assert.equal(await onHost(ifupdown.address, arp), "1\n2");
        const after = await seenWhile(ifupdown, "/usr/local/libexec/ha-api/switchover");
        assert.equal(after.failed, 0, JSON.stringify(after));
        await stack.up("--expect-no-changes");
    });
});
