/** Three hosts that route packets for others, as Kubernetes nodes do: what is sent on to all of them reaches one. */
import assert from "node:assert/strict";
import { itBeforeRelease } from "../../breadth";
import { needsLab } from "../machines/support";
import {
    existingMachine,
    onHost,
    waitForSingleMaster,
    seconds,
    observedDuring,
    Stack,
    type StackConfig,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
    vip,
    vipMasters,
} from "./support";

const machines = [1, 2, 3].map((n) => existingMachine(n, 10 + n));

describe("three hosts", function () {
    this.timeout(180_000);
    this.bail(true);
    const stack = new Stack("test-three-hosts");
    const config: StackConfig = {
        ...twoExistingMachines(),
        hosts: machines.map(({ name, address }) => ({ name, address })),
    };

    before(async function () {
        this.timeout(300_000);
        await needsLab(this);
        await startExistingMachines(machines);
        await stack.create(config);
        await stack.up();
        for (const { address } of machines) await onHost(address, "sudo sysctl -q -w net.ipv4.ip_forward=1");
    });
    after(async () => {
        await stack.remove();
        await stopExistingMachines(machines);
    });

    it("lose no request when the VIP is switched over, again and again", async () => {
        for (let round = 0; round < 5; round++) {
            const master = await waitForSingleMaster();
            const seen = await observedDuring(async () => {
                await seconds(0.5);
                await onHost(master.address, "sudo /usr/local/libexec/ha-api/switchover");
                await seconds(1);
            });
            assert.equal(seen.failed, 0, `round ${round}: ${JSON.stringify(seen)}`);
            assert.notEqual((await waitForSingleMaster()).name, master.name);
        }
    });

    itBeforeRelease("keep nothing of it when switchovers are to be plain from now on", async () => {
        const table =
            "sudo nft list tables | grep ha_api; ip route show table local | grep 'metric 100'; cat " +
            "/proc/sys/net/ipv4/conf/host0/arp_{ignore,announce}";
        for (const { address } of machines)
            assert.match(await onHost(address, `${table}; true`), /table ip ha_api[^]*1\n2$/);
        await stack.configure({ ...config, vrrp: { switchover: "immediate" } });
        await stack.up();
        for (const { address } of machines) assert.equal(await onHost(address, `${table}; true`), "0\n0");
        await waitForSingleMaster();
        assert.equal((await vipMasters()).length, 1, vip);
    });
});
