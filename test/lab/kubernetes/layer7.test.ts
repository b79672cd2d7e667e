/**
 * TLS that ends at the load balancer, in front of real API servers. One set-up, changed from test to test as its owner
 * would change it.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { auditLog, startKubeApiServer, stopKubeApiServer } from "../../../proving-ground/lab/kubernetes/kubeApiServer";
import { POD_PORT } from "../../../proving-ground/lab/kubernetes/kubelet";
import { kubernetesKeys, LOAD_BALANCER, TOKEN } from "../../../proving-ground/lab/kubernetes/pki";
import { POD } from "../../../proving-ground/lab/kubernetes/pod";
import { keys } from "../../../proving-ground/lab/pki";
import { inNamespace } from "../../../proving-ground/lab/network/namespace";
import {
    existingMachines,
    onHost,
    waitForSingleMaster,
    seconds,
    observedDuring,
    Stack,
    type StackConfig,
    vip,
} from "../stack/support";
import { change, clusterWithMachines, example } from "./loadBalancer";
import { Admin, configMap, curl, direct, instance, showing, viaVip, whoAmI } from "./support";
import { Users } from "./users";

const bearer = ["-H", `Authorization: Bearer ${TOKEN}`];

/** As whom the API servers see the one who asks at the VIP, or the status that refused them. */
async function name(...args: string[]): Promise<string> {
    const user = await whoAmI(viaVip, ...args);
    return typeof user === "number" ? `HTTP ${user}` : user.username;
}

const user = (username: string, groups: string[]): { username: string; groups: string[] } => ({ username, groups });

/** Groups have no order. */
const sorted = (who: Awaited<ReturnType<typeof whoAmI>>): unknown =>
    typeof who === "number" ? who : { username: who.username, groups: [...who.groups].sort() };

/** What openssl agrees on with the VIP when it offers only this version of TLS; rejects when there is no agreement. */
async function agreed(version: "tls1_1" | "tls1_2" | "tls1_3"): Promise<string> {
    const old = version === "tls1_1" ? ["-cipher", "DEFAULT@SECLEVEL=0"] : [];
    const output = await inNamespace(instance.client.namespace, [
        "openssl",
        "s_client",
        "-connect",
        `${vip}:6443`,
        `-${version}`,
        ...old,
    ]);
    return /^New, (TLSv1\.\d), /m.exec(output)?.[1] ?? output;
}

/** nginx workers of a configuration that was, which end with their last connection. */
async function oldWorkers(host: string): Promise<number> {
    return Number(await onHost(host, "ps -o args= -C nginx | grep -c 'shutting down' || true"));
}

/** Everything in the places of configuration and credentials, with permissions and checksums, of both hosts. */
async function filesOfHosts(): Promise<string[]> {
    const what = 'stat -c "%n %A %U" "$each"; if test -f "$each"; then sha256sum < "$each"; fi';
    const find =
        "sudo find /etc /var/lib/ha-api /usr/local/libexec -print0 | sudo xargs -0 sh -c 'for each do echo " +
        `$(${what}); done' sh`;
    const lists = existingMachines.map(async ({ name: host, address }) =>
        (await onHost(address, find)).split("\n").map((line) => `${host} ${line}`),
    );
    return (await Promise.all(lists)).flat().sort();
}

describe("layer 7 in front of real API servers", function () {
    this.timeout(180_000);
    this.bail(true);

    const stack = new Stack("test-layer7");
    const certificates = kubernetesKeys(instance);
    let leave: (() => Promise<void>) | undefined;
    let config: StackConfig;
    let users: Users;
    let filesAtLayer4: string[];

    before(async function () {
        this.timeout(900_000);
        leave = await clusterWithMachines(this, stack);
        users = await Users.create();
        config = example("layer7");
        await stack.create({ ...config, layer: 4 });
        await stack.up();
        await waitForSingleMaster();
    });
    after(async function () {
        this.timeout(300_000);
        await users?.remove();
        await leave?.();
    });

    it("comes from layer 4 by one change of one input: no request is lost, and a watch that runs goes on", async () => {
        filesAtLayer4 = await filesOfHosts();
        assert.equal(
            await name(...showing(certificates.admin)),
            "admin",
            "at layer 4 the API server itself sees the certificate",
        );
        const admin = await Admin.at(viaVip);
        const watch = await admin.watch("configmaps");
        const seen = await observedDuring(() => change(stack, config));
        assert.deepEqual(
            { failed: seen.failed, errors: seen.errors, breaks: seen.watchBreaks },
            { failed: 0, errors: {}, breaks: 0 },
        );
        const token = await Admin.at(viaVip, { as: "token" });
        await token.send("create", configMap("switched", "one"));
        await watch.until("ADDED", "switched");
        assert.equal((await watch.end()).broke, undefined);
    });

    it("has nothing to change after that", async () => {
        await stack.up("--expect-no-changes");
    });

    it("shows its own certificate, and knows users by their tokens: a client certificate ends here", async () => {
        assert.deepEqual(await curl(`${viaVip}/readyz`), { status: 200, body: "ok" });
        assert.equal(await name(...bearer), "token-user");
        assert.equal(await name("-H", "Authorization: Bearer wrong"), "HTTP 401");
        assert.equal(await name(...showing(certificates.admin)), "HTTP 403");
        assert.equal(await name("-H", "X-Remote-User: admin", "-H", "X-Remote-Group: system:masters"), "HTTP 403");
        const shown = await inNamespace(instance.client.namespace, ["openssl", "s_client", "-connect", `${vip}:6443`]);
        assert.match(shown, /subject=.*load-balancer-server/);
    });

    it("tells the API servers whose request it is", async () => {
        await name(...bearer);
        const logs = await Promise.all(
            instance.apiServers.map(({ name: server }) => readFile(auditLog(instance, server), "utf8").catch(() => "")),
        );
        const sources = logs
            .join("")
            .trim()
            .split("\n")
            .map((line) => (JSON.parse(line) as { sourceIPs: string[] }).sourceIPs);
        const { address } = await waitForSingleMaster();
        assert.ok(
            sources.some(([client, proxy]) => client === instance.client.address && proxy === address),
            JSON.stringify(sources),
        );
    });

    it("speaks TLS 1.2 and 1.3 and nothing older", async () => {
        assert.equal(await agreed("tls1_2"), "TLSv1.2");
        assert.equal(await agreed("tls1_3"), "TLSv1.3");
        await assert.rejects(agreed("tls1_1"), /alert protocol version|no protocols available/);
    });

    it("logs each request: who, what, where to, how it went", async () => {
        await curl(`${viaVip}/version?from=the-log-test`, ...bearer, "-A", "the-log-test");
        const master = await waitForSingleMaster();
        const line = await onHost(
            master.address,
            "sudo grep the-log-test /var/log/nginx/kube-api.access.log | tail -n 1",
        );
        assert.match(
            line,
            new RegExp(
                `\\] ${instance.client.address}:\\d+ "-" "GET /version\\?from=the-log-test HTTP/\\d[.\\d]*" ` +
                    `200 -> ${instance.subnet}\\.5[123]:6443 200 .* "the-log-test" TLSv1\\.3$`,
            ),
        );
        assert.doesNotMatch(
            await onHost(master.address, "sudo cat /var/log/nginx/kube-api.access.log"),
            new RegExp(`Bearer|${TOKEN}$`),
        );
    });

    it("lets kubectl run commands in a pod, type into them, follow logs and forward ports", async () => {
        const admin = await Admin.at(viaVip, { as: "token" });
        assert.equal(await admin.kubectl("exec", POD, "--", "sh", "-c", "hostname"), "worker1");
        await assert.rejects(admin.kubectl("exec", POD, "--", "sh", "-c", "exit 7"), /exit status 7|exit code 7/);
        const session = await admin.start("exec", "--stdin", POD, "--", "cat");
        session.type("to and fro\n");
        await session.until(/^to and fro$/m);
        await session.end();
        const log = await admin.start("logs", "--follow", "--tail=1", POD);
        const [, start] = await log.until(/^line (\d+)$/m);
        await log.until(new RegExp(`^line ${Number(start) + 5}$`, "m"));
        await log.end();
        const forward = await admin.start("port-forward", POD, `:${POD_PORT}`);
        const [, port] = await forward.until(/Forwarding from 127\.0\.0\.1:(\d+)/);
        assert.equal(
            await inNamespace(instance.client.namespace, [
                "curl",
                "-sS",
                "--max-time",
                "5",
                `http://127.0.0.1:${port}/`,
            ]),
            "hello from the pod",
        );
        await forward.end();
    });

    it("does not use an API server whose certificate is of another authority, and no request fails for it", async () => {
        await stopKubeApiServer(instance, "api2");
        await startKubeApiServer(instance, "api2", { certificate: "foreign" });
        for (let n = 0; n < 20; n++) assert.equal(await name(...bearer), "token-user");
        // Either a client's request found it out first, or the watcher did.
        const master = await waitForSingleMaster();
        const [good, foreign] = [0, 1].map((index) => instance.apiServers[index]!.address);
        const log = await onHost(master.address, "sudo cat /var/log/nginx/kube-api.error.log");
        const left = await onHost(
            master.address,
            "grep -hv 'backup;' /run/ha-api/nginx/kube_api*.upstream 2> /dev/null || true",
        );
        assert.ok(
            new RegExp(`upstream SSL certificate verify error.*upstream: "https://${foreign}`).test(log) ||
                (left.includes(good!) && !left.includes(foreign!)),
            `${log}\n${left}`,
        );
        await stopKubeApiServer(instance, "api2");
        await startKubeApiServer(instance, "api2");
    });

    it("speaks TLS 1.3 alone where that is asked for", async () => {
        await change(stack, { ...config, tls: { ...(config["tls"] as object), minimumVersion: "1.3" } });
        assert.equal(await agreed("tls1_3"), "TLSv1.3");
        await assert.rejects(agreed("tls1_2"), /alert protocol version/);
        assert.equal(await name(...bearer), "token-user");
    });

    it("acts for every client as the one user its certificate names, where that is chosen; and warns", async () => {
        const { certificate, key } = certificates.loadBalancerClient;
        await stack.configure({
            ...config,
            tls: { ...(config["tls"] as object), clientCertificateFile: certificate, clientPrivateKeyFile: key },
        });
        assert.match((await stack.up()).output, /whoever reaches the VIP acts as the user that certificate names/);
        await waitForSingleMaster();
        assert.equal(await name(), LOAD_BALANCER);
        assert.equal(await name(...bearer), LOAD_BALANCER, "the certificate comes before the token");
    });

    describe("with user identities", () => {
        before(async () => change(stack, example("layer7-user-identities")));

        it("keeps users who they are, with their groups", async () => {
            const as = async (subject: string): Promise<unknown> =>
                whoAmI(viaVip, ...(await users.certificate(subject)));
            const own = (groups: string[]): string[] => [...groups, "system:authenticated"];
            assert.deepEqual(await as("/CN=nobody"), user("nobody", own([])));
            assert.deepEqual(await as("/O=developers/CN=alice"), user("alice", own(["developers"])));
            assert.deepEqual(
                await as("/C=DE/O=a/OU=unit/O=b/O=c/O=d/CN=bob@example.com"),
                user("bob@example.com", own(["d", "c", "b", "a"])),
            );
            assert.deepEqual(
                await as("/O=system:nodes/CN=system:node:worker1"),
                user("system:node:worker1", own(["system:nodes"])),
            );
            assert.equal(await name(...showing(certificates.admin)), "admin");
        });

        it("sees in a certificate whom an API server would see in it", async () => {
            for (const subject of [
                "/O=a/CN=first/CN=last",
                "/O=b/CN=alice/O=a",
                "/CN=system:kube-controller-manager",
                "/OU=O=system:masters/CN=alice",
            ]) {
                const certificate = await users.certificate(subject);
                assert.deepEqual(
                    sorted(await whoAmI(viaVip, ...certificate)),
                    sorted(await whoAmI(direct("api1"), ...certificate)),
                    subject,
                );
            }
        });

        it("refuses a user whose name it cannot pass on whole", async () => {
            for (const subject of [
                "/O=a/O=b/O=c/O=d/O=e/CN=five-groups",
                "/CN=mallory,O=system:masters",
                "/CN=mallory\\,O=system:masters",
                "/CN=mallory/O=plus+O=system:masters",
                "/O=system:masters",
                "/CN=J\u00fcrgen",
                "/O=R&D/CN=alice",
                "/CN=mallory\\+O=system:masters",
                '/CN=quo"te',
                "/CN= space",
            ]) {
                const seen = await whoAmI(viaVip, ...(await users.certificate(subject)));
                assert.equal(seen, 403, `${subject}: ${JSON.stringify(seen)}`);
            }
        });

        it("believes no header of a client's own, and no certificate of another authority", async () => {
            const forged = [
                "-H",
                "X-Remote-User: admin",
                "-H",
                "X-Remote-Group: system:masters",
                "-H",
                "X_Remote_User: admin",
            ];
            const alice = await users.certificate("/O=developers/CN=alice");
            assert.deepEqual(
                await whoAmI(viaVip, ...alice, ...forged),
                user("alice", ["developers", "system:authenticated"]),
            );
            assert.equal(await name(...forged), "HTTP 401");
            assert.equal(await name(...bearer, ...forged), "token-user");
            assert.equal(await name(...alice, ...forged, "-H", "Connection: X-Remote-User"), "alice");
            const stranger = await users.certificate(
                "/O=system:masters/CN=stranger",
                certificates.foreignCaCertificate.replace(/\.crt$/, ""),
            );
            assert.equal(await name(...stranger), "HTTP 400");
        });

        it("accepts tokens too, and lets kubectl do everything with a certificate", async () => {
            assert.equal(await name(...bearer), "token-user");
            const admin = await Admin.at(viaVip);
            assert.equal(await admin.kubectl("exec", POD, "--", "sh", "-c", "hostname"), "worker1");
            const watch = await admin.watch("configmaps");
            await admin.send("create", configMap("identified", "one"));
            await watch.until("ADDED", "identified");
            assert.equal((await watch.end()).broke, undefined);
        });
    });

    it(
        "shows a certificate that a given authority signed for the VIP and its names, and keeps it until its " +
            "time comes",
        async () => {
            await change(stack, example("layer7-issuer"));
            assert.equal(await name(...bearer), "token-user", "curl trusts the cluster's authority alone");
            const shown = await inNamespace(instance.client.namespace, [
                "sh",
                "-c",
                `openssl s_client -connect ${vip}:6443 < /dev/null 2> /dev/null | openssl x509 -noout -ext ` +
                    "subjectAltName -issuer",
            ]);
            assert.match(shown, new RegExp(`IP Address:${vip.replaceAll(".", "\\.")}`));
            assert.match(shown, /DNS:k3s1api\.lab\.internal/);
            assert.match(shown, /issuer=.*lab CA/);
            await stack.up("--expect-no-changes");
            const key = await readFile(`${keys(instance).authority}.key`, "utf8");
            assert.ok(
                !(await stack.state()).includes(key.split("\n")[1]!),
                "the authority's key is not in the state in plain text",
            );
        },
    );

    describe("returned to layer 4", () => {
        it(
            "goes back to layer 4 by one change of one input: no request is lost, a watch goes on, and no file " +
                "is left",
            async () => {
                await change(stack, config);
                const admin = await Admin.at(viaVip, { as: "token" });
                const watch = await admin.watch("configmaps");
                const seen = await observedDuring(() => change(stack, { ...config, layer: 4 }));
                assert.deepEqual(
                    { failed: seen.failed, errors: seen.errors, breaks: seen.watchBreaks },
                    { failed: 0, errors: {}, breaks: 0 },
                );
                await admin.send("create", configMap("back", "one"));
                await watch.until("ADDED", "back");
                assert.notEqual(
                    await oldWorkers((await waitForSingleMaster()).address),
                    0,
                    "the watch is still held by a worker of the configuration before",
                );
                assert.equal((await watch.end()).broke, undefined);
                assert.equal(await name(...showing(certificates.admin)), "admin");
                const files = await filesOfHosts();
                const compare = (a: string[], b: string[]): string[] => a.filter((line) => !b.includes(line));
                assert.deepEqual(
                    { gone: compare(filesAtLayer4, files), left: compare(files, filesAtLayer4) },
                    { gone: [], left: [] },
                );
            },
        );

        it("drains: the old workers are gone when their last connection is", async () => {
            for (const { address } of existingMachines) {
                for (let tries = 0; (await oldWorkers(address)) > 0; tries++) {
                    assert.ok(tries < 30, await onHost(address, "ps -ef | grep nginx"));
                    await seconds(0.5);
                }
            }
        });

        it("leaves no credential behind where tls is taken away whole", async () => {
            await change(stack, config);
            const { tls: _tls, clusterCertificateAuthorityFile: _authority, layer: _layer, ...plain } = config;
            await change(stack, plain);
            for (const { address } of existingMachines)
                assert.equal(
                    await onHost(
                        address,
                        "sudo ls /var/lib/ha-api/credentials; ls /etc/ha-api/tls 2> /dev/null || true",
                    ),
                    "",
                );
        });
    });
});
