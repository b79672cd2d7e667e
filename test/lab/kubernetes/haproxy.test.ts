/** HAProxy in front of real API servers: the example, from the first `up` to the change of the engine and back. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { kubernetesKeys } from "../../../proving-ground/lab/kubernetes/pki";
import {
    hangKubeApiServer,
    resumeKubeApiServer,
    startKubeApiServer,
    stopKubeApiServer,
} from "../../../proving-ground/lab/kubernetes/kubeApiServer";
import {
    existingMachines,
    exampleStack,
    onHost,
    waitForSingleMaster,
    observedDuring,
    Stack,
    type StackConfig,
    startExistingMachines,
    stopExistingMachines,
    vipMasters,
} from "../stack/support";
import { Admin, cluster, configMap, instance, viaVip } from "./support";

const [rack1, rack2] = existingMachines.map(({ address }) => address) as [string, string];

/** What HAProxy says of its servers, from its stats socket. */
const STATES = `sudo python3 -c '
import socket
s = socket.socket(socket.AF_UNIX); s.connect("/run/haproxy/admin.sock"); s.sendall(b"show stat\\n")
text = b"".join(iter(lambda: s.recv(65536), b"")).decode()
rows = [line.split(",") for line in text.splitlines() if line]
head = rows[0]
for row in rows[1:]:
    of = dict(zip(head, row))
    if of["# pxname"] == "kube-api.servers" and of["svname"] not in ("FRONTEND", "BACKEND"): print(of["svname"], of["status"], of["check_status"], of["check_code"])'`;

describe("HAProxy in front of real API servers", function () {
    this.timeout(180_000);
    this.bail(true);
    const stack = new Stack("test-haproxy");
    let leave: (() => Promise<void>) | undefined;
    let config: StackConfig;
    let admin: Admin;

    before(async function () {
        this.timeout(900_000);
        leave = await cluster(this);
        await startExistingMachines(existingMachines);
        config = {
            ...exampleStack("haproxy"),
            clusterCertificateAuthorityFile: kubernetesKeys(instance).caCertificate,
        };
        await stack.create(config);
    });
    after(async () => {
        await stack.remove();
        await stopExistingMachines(existingMachines);
        await leave?.();
    });

    const server = (n: number): string => `${instance.subnet}.5${n}:6443`;
    async function states(host: string): Promise<Record<string, string>> {
        return Object.fromEntries(
            (await onHost(host, STATES))
                .split("\n")
                .map((line) => [line.split(" ")[0]!, line.split(" ").slice(1).join(" ")]),
        );
    }
    /** Waits until both hosts say so. */
    async function becomes(name: string, wanted: RegExp, withinMs = 15_000): Promise<number> {
        const begun = Date.now();
        for (;;) {
            const now = await Promise.all([rack1, rack2].map(async (host) => (await states(host))[name] ?? "none"));
            if (now.every((state) => wanted.test(state))) return Date.now() - begun;
            assert.ok(Date.now() - begun < withinMs, `${name} is ${now.join(" and ")}, not ${String(wanted)}`);
            await sleep(100);
        }
    }

    it("serves kubectl at the VIP, and has asked every API server whether it is ready, by TLS it verified", async () => {
        await stack.up();
        await waitForSingleMaster();
        admin = await Admin.at(viaVip);
        assert.match(await admin.kubectl("get", "--raw", "/readyz"), /^ok$/);
        for (const n of [1, 2, 3]) await becomes(server(n), /^UP L7OK 200$/);
        await stack.up("--expect-no-changes");
    });

    it("counts an API server out whose certificate another authority signed", async () => {
        // The hosts trust an authority that did not sign the API servers' certificates.
        await stack.configure({
            ...config,
            clusterCertificateAuthorityFile: kubernetesKeys(instance).frontProxyCaCertificate,
        });
        await stack.up();
        for (const n of [1, 2, 3]) await becomes(server(n), /^DOWN L6RSP/);
        await stack.configure(config);
        await stack.up();
        for (const n of [1, 2, 3]) await becomes(server(n), /^UP/);
    });

    it("leaves out an API server that hangs, which accepts connections all the same, and takes it back", async () => {
        await hangKubeApiServer(instance, "api2");
        try {
            await becomes(server(2), /^DOWN L(6TOUT|7TOUT|4TOUT)/);
            const seen = await observedDuring(() => sleep(2000));
            assert.equal(seen.failed, 0, JSON.stringify(seen));
        } finally {
            await resumeKubeApiServer(instance, "api2");
        }
        await becomes(server(2), /^UP L7OK 200$/);
    });

    it("loses no request when an API server is killed: who cannot connect is sent to another", async () => {
        const seen = await observedDuring(async () => {
            await sleep(500);
            await stopKubeApiServer(instance, "api3");
            await becomes(server(3), /^DOWN/);
        });
        // Those the killed server had in hand are lost with it.
        assert.ok(seen.failed <= 2, JSON.stringify(seen));
        await startKubeApiServer(instance, "api3");
        await becomes(server(3), /^UP L7OK 200$/);
    });

    it("takes a change of its configuration without a failed request and without the end of a watch", async () => {
        const watch = await admin.watch("configmaps");
        const seen = await observedDuring(async () => {
            await stack.configure({
                ...config,
                balancing: { method: "roundRobin" },
                apiServers: [1, 2, 3].map((n) => server(n)),
                haproxy: { maxConnections: 5000 },
            });
            await stack.up();
        });
        assert.equal(seen.failed, 0, JSON.stringify(seen));
        await admin.send("apply", configMap("seen-after-reload", "one"));
        await watch.until("ADDED", "seen-after-reload");
        assert.equal((await watch.end()).broke, undefined);
        await admin.kubectl("delete", "configmap", "seen-after-reload");
    });

    it("has no time-out that ends an idle watch: those it has are for the idle time asked for", async () => {
        const text = await onHost(rack1, "sudo cat /etc/haproxy/haproxy.cfg");
        assert.deepEqual(
            [...text.matchAll(/timeout (client|server) (\S+)/g)]
                .filter(([, , value]) => value !== "5s")
                .map(([, , value]) => value),
            ["3600s", "3600s"],
        );
    });

    it("makes room for nginx, and takes its place again, each by one change of one input", async () => {
        for (const [engine, runs, rests] of [
            ["nginx", "nginx", "haproxy"],
            ["haproxy", "haproxy", "nginx"],
        ] as const) {
            await stack.configure({ ...config, engine, ...(engine === "nginx" ? { balancing: {} } : {}) });
            const seen = await observedDuring(() => stack.up());
            // Requests under way when the VIP moves end with it; no client is left without an answer for longer than
            // that move takes.
            assert.ok(seen.longestGap < 1500 && seen.failed < seen.requests / 20, `${engine}: ${JSON.stringify(seen)}`);
            for (const host of [rack1, rack2]) {
                assert.equal(
                    await onHost(
                        host,
                        `systemctl is-active ${runs} ${rests}; systemctl is-enabled ${runs} ${rests}; true`,
                    ),
                    "active\ninactive\nenabled\ndisabled",
                );
            }
            assert.match(await admin.kubectl("get", "--raw", "/readyz"), /^ok$/);
        }
        assert.equal((await vipMasters()).length, 1);
    });

    it("goes back to what served when the new configuration is refused, with the line", async () => {
        await stack.configure({ ...config, haproxy: { extraConfiguration: "timeout kueue 5s" } });
        const { status, output } = await stack.pulumi("up", "--yes", "--skip-preview");
        assert.notEqual(status, 0);
        assert.match(
            output,
            /haproxy refuses the new configuration; the old one stays in service:[\s\S]*\/etc\/haproxy\/haproxy\.cfg:\d+\].*kueue/,
        );
        assert.match(await admin.kubectl("get", "--raw", "/readyz"), /^ok$/);
    });
});
