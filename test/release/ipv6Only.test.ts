/**
 * A pair, of both Debian releases, that has no IPv4 at all: packages come by a proxy that is reached by IPv6, as sites
 * without IPv4 have it.
 */
import assert from "node:assert/strict";
import type { Server } from "node:http";
import { address6Of } from "../../proving-ground/lab/instance";
import { startExistingMachine, startLab, stopExistingMachine } from "../../proving-ground/lab/lifecycle";
import { answers, needsLab } from "../lab/machines/support";
import { startProxy } from "../lab/stack/packageProxy";
import {
    address6,
    answerTo,
    existingMachines,
    instance,
    observedDuring,
    onHost,
    seconds,
    Stack,
    type StackConfig,
    vipMasters,
    waitForSingleMaster,
} from "../lab/stack/support";

const vip = address6(100);
const machines = existingMachines.map((machine) => ({ ...machine, address6: address6Of(instance, machine.address) }));
const PROXY_PORT = 3142;

const singleMaster = (): ReturnType<typeof waitForSingleMaster> => waitForSingleMaster(30_000, vip);

describe("a pair without IPv4", function () {
    this.timeout(240_000);
    this.bail(true);
    const stack = new Stack("test-ipv6-only");
    const config: StackConfig = {
        vip: `${vip}/64`,
        vrrp: { routerId: 100 },
        apiServers: [51, 52, 53].map(address6),
        hosts: machines.map(({ name, address6: own }) => ({ name, address: own })),
    };
    let proxy: Server | undefined;

    before(async function () {
        this.timeout(300_000);
        await needsLab(this);
        await startLab(instance);
        ({ proxy } = await startProxy(address6(1), PROXY_PORT));
        for (const { id, name, address: own, release } of machines) {
            await stopExistingMachine(instance, id);
            await startExistingMachine(instance, id, name, own, { families: "ipv6", release: release! });
        }
        for (const { address6: own } of machines) {
            await answers(own);
            const line = `Acquire::http::Proxy "http://[${address6(1)}]:${PROXY_PORT}";`;
            await onHost(own, `echo '${line}' | sudo tee /etc/apt/apt.conf.d/80proxy > /dev/null`);
            assert.equal(await onHost(own, "ip -4 -o address show scope global"), "");
        }
        await stack.create(config);
    });
    after(async () => {
        await stack.remove();
        for (const { id } of machines) await stopExistingMachine(instance, id);
        proxy?.close();
        proxy?.closeAllConnections();
    });

    it("answers at the VIP", async () => {
        await stack.up();
        await singleMaster();
        assert.equal(await answerTo(`https://[${vip}]:6443/readyz`), "ok");
        const { kubeconfigServerUrl } = await stack.outputs<{ kubeconfigServerUrl: string }>();
        assert.equal(kubeconfigServerUrl, `https://[${vip}]:6443`);
    });

    it("is not changed by a second `up`, and is healthy", async () => {
        await stack.up("--expect-no-changes");
        const { healthy, problems, heldBy } = await stack.status();
        assert.deepEqual({ healthy, problems, held: heldBy.length }, { healthy: true, problems: [], held: 1 });
    });

    it("loses no request when the VIP is moved", async () => {
        for (let round = 0; round < 4; round++) {
            const master = await singleMaster();
            const own = address6Of(instance, master.address);
            const seen = await observedDuring(async () => {
                await seconds(0.5);
                await onHost(own, "sudo /usr/local/libexec/ha-api/switchover");
                await seconds(1);
            }, vip);
            assert.equal(seen.failed, 0, `round ${round}: ${JSON.stringify(seen)}`);
            assert.notEqual((await singleMaster()).name, master.name);
        }
    });

    it("serves again after both hosts have booted, whose addresses are tentative at first", async () => {
        const boots = machines.map(({ address6: own }) => onHost(own, "sudo systemctl reboot").catch(() => ""));
        await Promise.all(boots);
        await seconds(3);
        for (const { address6: own } of machines) await answers(own);
        await singleMaster();
        assert.equal(await answerTo(`https://[${vip}]:6443/readyz`), "ok");
        assert.equal((await stack.status()).healthy, true);
    });

    it("changes to HAProxy and back to nothing", async () => {
        await stack.configure({ ...config, engine: "haproxy" });
        await stack.up();
        assert.equal(await answerTo(`https://[${vip}]:6443/readyz`), "ok");
        await stack.must("destroy", "--yes", "--skip-preview");
        assert.deepEqual(await vipMasters(vip), []);
        for (const { address6: own } of machines)
            assert.doesNotMatch(
                await onHost(own, "sudo nft list tables; ls /usr/local/libexec /etc; true"),
                /ha-api|ha_api/,
            );
    });
});
