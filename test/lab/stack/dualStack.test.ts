/**
 * A pair that serves IPv4, then both families, with the daemons of both Debian releases. What clients see is watched in
 * both families at once.
 */
import assert from "node:assert/strict";
import { nspawnHypervisor } from "../../../proving-ground/lab/hypervisor/nspawn";
import { startApiServer, stopApiServer } from "../../../proving-ground/lab/apiserver/apiServers";
import { address6Of } from "../../../proving-ground/lab/instance";
import { itBeforeRelease } from "../../breadth";
import { answers, needsLab } from "../machines/support";
import { askEcho, startEcho, stopEcho } from "./echoServers";
import {
    address,
    address6,
    answerTo,
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

const vip6 = address6(100);
const withIpv6 = { families: "both" } as const;

/** The one host that holds both addresses. */
async function masterOfBoth(): Promise<string> {
    const { name, addresses } = await waitForSingleMaster();
    const of6 = await vipMasters(vip6);
    assert.deepEqual([name, addresses.includes(vip6)], [of6[0]?.name, true], "both VIPs on one host");
    return name;
}

const readyz = (host: string): Promise<string> => answerTo(`https://${host}:6443/readyz`);

describe("a pair with a VIP of each family", function () {
    this.timeout(240_000);
    this.bail(true);
    const stack = new Stack("test-dual-stack");
    const ipv4Only = twoExistingMachines();
    const config: StackConfig = {
        ...ipv4Only,
        vip6: `${vip6}/64`,
        hosts: existingMachines.map(({ name, address: own }) => ({
            name,
            address: own,
            address6: address6Of(instance, own),
        })),
        apiServers: [address(51), address6(52), `[${address6(53)}]:6443`],
    };
    const addressOf = (name: string): string => existingMachines.find((machine) => machine.name === name)!.address;

    before(async function () {
        this.timeout(300_000);
        await needsLab(this);
        await startExistingMachines(existingMachines, withIpv6);
        await stack.create(ipv4Only);
        await stack.up();
    });
    after(async () => {
        await stack.remove();
        await stopExistingMachines(existingMachines);
    });

    it("gets the second family while it serves, without a failed request", async () => {
        await stack.configure(config);
        const seen = await observedDuring(() => stack.up());
        assert.equal(seen.failed, 0, JSON.stringify(seen));
        await masterOfBoth();
        assert.deepEqual([await readyz(vip), await readyz(`[${vip6}]`)], ["ok", "ok"]);
    });

    it("is not changed by a second `up`, which verifies both", async () => {
        const { output } = await stack.up("--expect-no-changes");
        assert.match(output, new RegExp(`holds ${vip.replaceAll(".", "\\.")} .*holds ${vip6} `));
        assert.equal((await stack.outputs<{ vip6: string }>()).vip6, vip6);
    });

    it("moves both addresses together, and loses no request in either family", async () => {
        for (let round = 0; round < 4; round++) {
            const master = await masterOfBoth();
            await assertNothingLost(`round ${round}`, vip6, async () => {
                await seconds(0.5);
                await onHost(addressOf(master), "sudo /usr/local/libexec/ha-api/switchover");
                await seconds(1);
            });
            assert.notEqual(await masterOfBoth(), master);
        }
    });

    it("moves both when the proxy of the master dies, and when its power is cut", async () => {
        const first = await masterOfBoth();
        const killed = await observedAtBoth(async () => {
            await seconds(0.5);
            await onHost(addressOf(first), "sudo pkill -KILL --oldest nginx");
            await seconds(2);
        }, vip6);
        const second = await masterOfBoth();
        assert.notEqual(second, first);
        const machine = existingMachines.find(({ name }) => name === second)!;
        const cut = await observedAtBoth(async () => {
            await seconds(0.5);
            await nspawnHypervisor(instance).stop(machine.id);
            await seconds(3);
        }, vip6);
        assert.equal(await masterOfBoth(), first);
        for (const [of4, of6] of [killed, cut]) {
            assert.ok(of4.longestGap < 4000, `IPv4: ${JSON.stringify(of4)}`);
            assert.ok(of6.longestGap < 4000, `IPv6: ${JSON.stringify(of6)}`);
        }
        await powerOn(machine, withIpv6);
        await answers(machine.address);
    });

    it("leaves out a server of either family that is gone, until it is back", async () => {
        const leftOut =
            "for try in $(seq 100); do test -e /run/ha-api/nginx/kube_api.upstream && break; sleep 0.1; done; cat /run/ha-api/nginx/kube_api.upstream";
        const master = addressOf(await masterOfBoth());
        await stopApiServer(instance, "api2");
        const upstream = await onHost(master, leftOut);
        assert.match(upstream, new RegExp(`server \\[${address6(53)}\\]:6443`));
        // But for the last resort, when no other one answers.
        assert.doesNotMatch(upstream, new RegExp(`server \\[${address6(52)}\\]:6443 max_fails=0;`));
        await startApiServer(instance, "api2");
        await onHost(
            master,
            "for try in $(seq 100); do test -e /run/ha-api/nginx/kube_api.upstream || exit 0; sleep 0.1; done; exit 1",
        );
    });

    itBeforeRelease("passes datagrams on in both families, to servers of both", async () => {
        const port = 5353;
        const dns = { name: "dns", port, protocol: "udp", backends: [address(51), address6(52)] };
        await stack.configure({ ...config, listeners: [dns] });
        await stack.up();
        const echoes = [await startEcho(1, "udp", port), await startEcho(2, "udp", port, 6)];
        try {
            for (const at of [vip, vip6]) {
                const answers = await Promise.all(Array.from({ length: 8 }, () => askEcho("udp", at, port)));
                assert.deepEqual([...new Set(answers)].sort(), [address(51), address6(52)], at);
            }
        } finally {
            for (const echo of echoes) await stopEcho(echo);
        }
    });

    it("changes to HAProxy, and to the VIPs only, without a failed request in either family", async () => {
        await stack.configure({ ...config, engine: "haproxy", listenOn: "vip" });
        await assertNothingLost("engine and listenOn", vip6, () => stack.up());
        const master = addressOf(await masterOfBoth());
        const sockets = await onHost(master, "ss -Hltn 'sport = :6443' | awk '{ print $4 }' | sort");
        assert.deepEqual(sockets.split("\n"), [`${vip}:6443`, `[${vip6}]:6443`].sort());
    });

    it("gives the second family up again, and goes on in the first", async () => {
        await stack.configure(ipv4Only);
        const seen = await observedDuring(() => stack.up());
        assert.equal(seen.failed, 0, JSON.stringify(seen));
        for (const machine of existingMachines) {
            const left = "ip -6 address; ip -6 route show table local; sudo nft list tables; sudo ss -Hltn";
            assert.doesNotMatch(await onHost(machine.address, left), new RegExp(`${vip6}|table ip6 ha_api`));
        }
    });
});

describe("VMs with a VIP of each family", function () {
    this.timeout(300_000);
    this.bail(true);
    const stack = new Stack("test-dual-stack-vms");

    before(async function () {
        await needsLab(this);
    });
    after(() => stack.remove());

    itBeforeRelease("are made by the example with addresses and routers of both, and answer at both", async () => {
        await stack.create(mixedExample("dual-stack"));
        await stack.up();
        const { address: own } = await waitForSingleMaster();
        assert.deepEqual([await readyz(vip), await readyz(`[${vip6}]`)], ["ok", "ok"]);
        assert.match(await onHost(own, "ip -6 route show default"), new RegExp(`via ${address6(1)} `));
        await stack.up("--expect-no-changes");
    });
});
