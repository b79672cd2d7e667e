/**
 * A pair that announces the VIP by BGP, and is changed by `up` while clients use it: its settings, and to VRRP and
 * back.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type LabInstance, pairAddresses } from "../../proving-ground/lab/instance";
import { inNamespace } from "../../proving-ground/lab/network/namespace";
import { keys } from "../../proving-ground/lab/pki";
import { needsLab } from "../lab/machines/support";
import { address, instance, onHost, type StackConfig, vip } from "../lab/stack/support";
import { AnnouncingHosts } from "./announcing";

interface At {
    address: string;
    from: LabInstance;
}

/** When a client had good answers while `work` went on, in milliseconds since the epoch; it need not have any. */
async function answers({ address: at, from }: At, work: Promise<unknown>): Promise<number[]> {
    const ask = ["curl", "-sSf", "--max-time", "1", "--cacert", keys(instance).caCertificate];
    const good: number[] = [];
    let over = false;
    void work.finally(() => (over = true)).catch(() => undefined);
    while (!over) {
        const began = Date.now();
        const answered = await inNamespace(from.client.namespace, [...ask, `https://${at}:6443/readyz`]).catch(
            () => "",
        );
        if (answered === "ok") good.push(began);
        await sleep(100);
    }
    return good;
}

describe("a pair that announces the VIP by BGP, changed under load", function () {
    this.timeout(300_000);
    this.bail(true);
    const hosts = new AnnouncingHosts("test-bgp-changes", { count: 2 });
    const { stack, machines, all } = hosts;

    before(async function () {
        this.timeout(400_000);
        await needsLab(this);
        await hosts.start();
        await stack.up();
    });
    after(() => hosts.end());

    /** By an `up` of a configuration that was given. */
    async function changed(what: string, config: StackConfig): ReturnType<AnnouncingHosts["measured"]> {
        await stack.configure(config);
        const seen = await hosts.measured(what, all, () => stack.up());
        await hosts.nextHopsAre(all, 0);
        return seen;
    }

    it("changes a setting of the proxy: no new connection fails", async () => {
        const { failed } = await changed("API server taken away", {
            ...hosts.config,
            apiServers: [51, 52].map(address),
        });
        assert.equal(failed, 0);
        for (const { address: host } of machines)
            assert.doesNotMatch(await onHost(host, "cat /etc/nginx/nginx.conf"), new RegExp(`${address(53)}:`));
    });

    it("changes a setting of the sessions, which begin again for it, one host after the other", async () => {
        const bgp = { ...(hosts.config.bgp as object), holdTime: 12 };
        const { gap } = await changed("hold time changed", { ...hosts.config, bgp });
        assert.ok(gap < 1000, `${gap} ms`);
    });

    const byBgp: At = {
        address: vip,
        get from() {
            return hosts.router.instance;
        },
    };
    const byVrrp: At = { address: pairAddresses(instance, 0).vip, from: instance };
    const vrrp = (): StackConfig => ({
        vip: `${byVrrp.address}/24`,
        apiServers: hosts.config.apiServers,
        hosts: machines.map(({ name, address: own }) => ({ name, address: own })),
    });

    for (const [title, config, old, own] of [
        ["goes over to VRRP", vrrp, byBgp, byVrrp],
        ["goes back to BGP", () => hosts.config, byVrrp, byBgp],
    ] as const)
        it(`${title}: the new address answers before the old one ends`, async () => {
            await stack.configure(config());
            const up = stack.up();
            const [atOld, atNew] = await Promise.all([answers(old, up), answers(own, up)]);
            await up;
            const both = Math.max(...atOld) - Math.min(...atNew);
            console.log(`      both answer for ${(both / 1000).toFixed(1)} s`);
            assert.ok(both > 0, `${both} ms`);
            await stack.up("--expect-no-changes");
        });
});
