/**
 * A pair, of both Debian releases, that has no IPv4 at all: packages come by a proxy that is reached by IPv6, as sites
 * without IPv4 have it.
 */
import assert from "node:assert/strict";
import type { Server } from "node:http";
import { watching } from "../../../proving-ground/lab/client/watching";
import { nspawnHypervisor } from "../../../proving-ground/lab/hypervisor/nspawn";
import { address6Of } from "../../../proving-ground/lab/instance";
import { startExistingMachine, startLab, stopExistingMachine } from "../../../proving-ground/lab/lifecycle";
import { summarise } from "../../../shared/probe/observations";
import { answers, needsLab } from "../machines/support";
import { startProxy } from "./packageProxy";
import { address, answerTo, existingMachines, instance, onHost, seconds, Stack, type StackConfig } from "./support";

const address6 = (octet: number): string => address6Of(instance, address(octet));
const vip = address6(100);
const machines = existingMachines.map((machine) => ({ ...machine, address6: address6Of(instance, machine.address) }));
const PROXY_PORT = 3142;

/** Names of the hosts that have the VIP. */
async function mastersNow(): Promise<string[]> {
    const held = await Promise.all(
        machines.map(async ({ id }) => {
            const interfaces = await nspawnHypervisor(instance).interfaces(id);
            return interfaces.flatMap(({ addresses }) => addresses).some((each) => each.address === vip);
        }),
    );
    return machines.filter((_, index) => held[index]).map(({ name }) => name);
}

/** Waits until one host has held the VIP for a second. */
async function singleMaster(): Promise<string> {
    const deadline = Date.now() + 30_000;
    for (let before = ""; ;) {
        const now = await mastersNow();
        if (now.length === 1 && now[0] === before) return before;
        before = now.length === 1 ? now[0]! : "";
        assert.ok(Date.now() < deadline, `the VIP did not settle; held by ${now.join(" and ") || "no host"}`);
        await seconds(1);
    }
}

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
            const { address6: own } = machines.find(({ name }) => name === master)!;
            const seen = await watching(
                instance,
                vip,
                async () => {
                    await seconds(0.5);
                    await onHost(own, "sudo /usr/local/libexec/ha-api/switchover");
                    await seconds(1);
                },
                { everyMs: 25, timeoutMs: 5000 },
            );
            assert.equal(summarise(seen).failed, 0, `round ${round}: ${JSON.stringify(summarise(seen))}`);
            assert.notEqual(await singleMaster(), master);
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
        assert.deepEqual(await mastersNow(), []);
        for (const { address6: own } of machines)
            assert.doesNotMatch(
                await onHost(own, "sudo nft list tables; ls /usr/local/libexec /etc; true"),
                /ha-api|ha_api/,
            );
    });
});
