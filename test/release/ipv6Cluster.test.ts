/**
 * Real API servers, which listen at both families, behind a VIP of each and reached by IPv6 alone: with nginx, with
 * HAProxy, and with TLS ending at the load balancer.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { address6Of } from "../../proving-ground/lab/instance";
import { startKubeApiServer, stopKubeApiServer } from "../../proving-ground/lab/kubernetes/kubeApiServer";
import { kubernetesKeys } from "../../proving-ground/lab/kubernetes/pki";
import { Admin, cluster, configMap, instance } from "../lab/kubernetes/support";
import { PROXIES } from "../lab/stack/proxies";
import {
    address6,
    assertNothingLost,
    existingMachines,
    onHost,
    observedDuring,
    Stack,
    type StackConfig,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
    vip,
    waitForSingleMaster,
} from "../lab/stack/support";

const vip6 = address6(100);
const LISTENS_ON_BOTH = { listenOn: "all" } as const;

describe("real API servers by IPv6", function () {
    this.timeout(240_000);
    this.bail(true);
    const stack = new Stack("test-ipv6-cluster");
    const config: StackConfig = {
        ...twoExistingMachines(),
        vip6: `${vip6}/64`,
        apiServers: [51, 52, 53].map(address6),
        clusterCertificateAuthorityFile: kubernetesKeys(instance).caCertificate,
        hosts: existingMachines.map(({ name, address: own }) => ({
            name,
            address: own,
            address6: address6Of(instance, own),
        })),
        // What they answer counts, so that one that does not listen at IPv6 is none.
        balancing: { healthCheck: { path: "/readyz" } },
    };
    let leave: (() => Promise<void>) | undefined;

    before(async function () {
        this.timeout(900_000);
        leave = await cluster(this, LISTENS_ON_BOTH);
        await startExistingMachines(existingMachines, { families: "both" });
        await stack.create(config);
    });
    after(async () => {
        await stack.remove();
        await stopExistingMachines(existingMachines);
        await leave?.();
    });

    for (const [index, { title, config: proxy }] of PROXIES.entries())
        describe(title, () => {
            let admin: Admin;

            it("serves kubectl at the IPv6 VIP, and is not changed by a second `up`", async () => {
                await stack.configure({ ...config, ...proxy });
                await stack.up();
                await waitForSingleMaster();
                admin = await Admin.at(`https://[${vip6}]:6443`, { as: "token" });
                assert.equal(await admin.kubectl("get", "--raw", "/readyz"), "ok");
                await admin.send("create", configMap(`by-ipv6-${index}`, "one"));
                const by4 = await Admin.at(`https://${vip}:6443`, { as: "token" });
                assert.match(await by4.kubectl("get", "configmaps", "--output=name"), new RegExp(`by-ipv6-${index}`));
                await stack.up("--expect-no-changes");
            });

            it("lets a watch by IPv6 see what is made by IPv4", async () => {
                const watch = await admin.watch("configmaps");
                const by4 = await Admin.at(`https://${vip}:6443`, { as: "token" });
                await by4.send("create", configMap(`seen-${index}`, "one"));
                await watch.until("ADDED", `seen-${index}`);
                assert.equal((await watch.end()).broke, undefined);
            });

            it("moves on purpose without a failed request in either family", async () => {
                const { address: own } = await waitForSingleMaster();
                await assertNothingLost(title, vip6, async () => {
                    await sleep(500);
                    await onHost(own, "sudo /usr/local/libexec/ha-api/switchover");
                    await sleep(1000);
                });
            });

            it("goes on without an API server that is killed", async () => {
                const seen = await observedDuring(async () => {
                    await sleep(500);
                    await stopKubeApiServer(instance, "api3");
                    await sleep(4000);
                }, vip6);
                // Those that the killed server had in hand are lost with it.
                assert.ok(seen.failed <= 2, JSON.stringify(seen));
                await startKubeApiServer(instance, "api3", LISTENS_ON_BOTH);
            });
        });
});
