import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { startApiServer } from "../../../proving-ground/lab/apiserver/apiServers";
import { readyz } from "../../../proving-ground/lab/apiserver/readyz";
import { serverKindOf, slotDaemon } from "../../../proving-ground/lab/apiserver/slot";
import { cgroupName, cgroupProcesses } from "../../../proving-ground/lab/cgroups";
import { clusterRunning, stopCluster } from "../../../proving-ground/lab/kubernetes/cluster";
import {
    hangKubeApiServer,
    resumeKubeApiServer,
    startKubeApiServer,
    stopKubeApiServer,
} from "../../../proving-ground/lab/kubernetes/kubeApiServer";
import { POD_PORT } from "../../../proving-ground/lab/kubernetes/kubelet";
import { memberDaemons } from "../../../proving-ground/lab/kubernetes/members";
import { kubernetesKeys, LOAD_BALANCER, TOKEN } from "../../../proving-ground/lab/kubernetes/pki";
import { POD } from "../../../proving-ground/lab/kubernetes/pod";
import { labRunning, leftOvers, startLab } from "../../../proving-ground/lab/lifecycle";
import { inNamespace } from "../../../proving-ground/lab/network/namespace";
import { daemonPid } from "../../../proving-ground/lab/processes";
import { Admin, cluster, configMap, curl, direct, instance, showing, whoAmI } from "./support";

describe("real API servers", function () {
    this.timeout(60_000);

    const [api1, api2, api3] = ["api1", "api2", "api3"].map(direct) as [string, string, string];
    const keys = kubernetesKeys(instance);
    let leave: (() => Promise<void>) | undefined;
    let first: Admin;
    let second: Admin;

    before(async function () {
        this.timeout(900_000);
        leave = await cluster(this);
        first = await Admin.at(api1);
        second = await Admin.at(api2);
    });

    after(async () => leave?.());

    it("answer as they do everywhere: ready to all, closed to strangers", async () => {
        for (const url of [api1, api2, api3]) {
            assert.deepEqual(await curl(`${url}/readyz`), { status: 200, body: "ok" });
            assert.equal((await curl(`${url}/api`)).status, 403);
            assert.equal((await curl(`${url}/api`, "-H", "Authorization: Bearer wrong")).status, 401);
        }
        assert.equal(
            await first.kubectl("version"),
            "Client Version: v1.36.3\nKustomize Version: v5.8.1\nServer Version: v1.36.3",
        );
    });

    it("are three of one cluster: what is written through one is read, and seen by a watch, through another", async () => {
        await first.send("create", configMap("shared", "one"));
        assert.equal(await second.kubectl("get", "configmap", "shared", "--output=jsonpath={.data.value}"), "one");
        const watch = await second.watch("configmaps");
        await first.send("apply", configMap("shared", "two"));
        await watch.until("MODIFIED", "shared");
        await first.kubectl("delete", "configmap", "shared");
        await watch.until("DELETED", "shared");
        const { events, broke } = await watch.end();
        assert.equal(broke, undefined);
        assert.deepEqual(
            events.map(({ type, name }) => `${type} ${name}`),
            ["ADDED shared", "MODIFIED shared", "DELETED shared"],
        );
        await hasLease("api1", "api2", "api3");
    });

    /** Servers that took each other for themselves would share one. */
    async function hasLease(...names: string[]): Promise<void> {
        const format = "--output=jsonpath={range .items[*]}{.metadata.labels.kubernetes\\.io/hostname} {end}";
        const found = await first.kubectl(
            "get",
            "leases",
            "--namespace=kube-system",
            "--selector=apiserver.kubernetes.io/identity=kube-apiserver",
            format,
        );
        assert.deepEqual(found.split(" ").sort(), names);
    }

    it("run commands in a pod: exit status, and a session that is typed into", async () => {
        assert.equal(await first.kubectl("exec", POD, "--", "sh", "-c", "hostname"), "worker1");
        await assert.rejects(
            first.kubectl("exec", POD, "--", "sh", "-c", "echo wrong >&2; exit 7"),
            /exit status 7\n[^]*wrong/,
        );
        const session = await first.start("exec", "--stdin", POD, "--", "cat");
        session.type("to and fro\n");
        await session.until(/^to and fro$/m);
        assert.equal(session.broke(), undefined);
        await session.end();
    });

    it("show a pod's log, and follow it", async () => {
        assert.match(await first.kubectl("logs", POD, "--tail=2"), /^line \d+\nline \d+$/);
        const log = await first.start("logs", "--follow", "--tail=1", POD);
        const [, start] = await log.until(/^line (\d+)$/m);
        await log.until(new RegExp(`^line ${Number(start) + 5}$`, "m"));
        const numbers = log
            .printed()
            .trim()
            .split("\n")
            .map((line) => Number(line.slice(5)));
        assert.deepEqual(
            numbers,
            numbers.map((_, index) => Number(start) + index),
        );
        await log.end();
    });

    it("forward a port of a pod", async () => {
        const forward = await first.start("port-forward", POD, `:${POD_PORT}`);
        const [, port] = await forward.until(/Forwarding from 127\.0\.0\.1:(\d+)/);
        const get = (): Promise<string> =>
            inNamespace(instance.client.namespace, ["curl", "-sS", "--max-time", "5", `http://127.0.0.1:${port}/`]);
        assert.equal(await get(), "hello from the pod");
        assert.equal(await get(), "hello from the pod");
        assert.equal(forward.broke(), undefined);
        await forward.end();
    });

    it("know who asks: by certificate, by token, and by the word of a load balancer that proves who it is", async () => {
        const name = async (...args: string[]): Promise<string | undefined> => {
            const user = await whoAmI(api1, ...args);
            return typeof user === "number" ? `HTTP ${user}` : user.username;
        };
        const forAlice = ["-H", "X-Remote-User: alice", "-H", "X-Remote-Group: system:masters"];
        assert.equal(await name(...showing(keys.admin)), "admin");
        assert.equal(await name("-H", `Authorization: Bearer ${TOKEN}`), "token-user");
        assert.equal(await name(...showing(keys.loadBalancerClient)), LOAD_BALANCER);
        assert.equal(await name(...showing(keys.frontProxyClient), ...forAlice), "alice");
        // The same headers are ignored when a client without the front-proxy certificate sends them.
        assert.equal(await name(...showing(keys.admin), ...forAlice), "admin");
        assert.equal(await name(...forAlice), "HTTP 403");
    });

    it("hang and go on", async () => {
        await hangKubeApiServer(instance, "api3");
        await assert.rejects(curl(`${api3}/readyz`), /timed out/);
        await resumeKubeApiServer(instance, "api3");
        assert.equal((await curl(`${api3}/readyz`)).status, 200);
    });

    it("come with a certificate that lacks the VIP, for those who want to see what clients say", async () => {
        const asVip = ["--connect-to", `::${new URL(api3).hostname}:`];
        const vip = `https://${instance.subnet}.100:6443/readyz`;
        assert.equal((await curl(vip, ...asVip)).status, 200);
        await stopKubeApiServer(instance, "api3");
        await startKubeApiServer(instance, "api3", { certificate: "without-vip" });
        await assert.rejects(curl(vip, ...asVip), /no alternative certificate subject name matches/);
        assert.equal((await curl(`${api3}/readyz`)).status, 200);
    });

    it("and stand-ins take each other's place at an address", async () => {
        const version = async (): Promise<string | undefined> => {
            const { body } = await curl(`${api3}/version`, "-H", `Authorization: Bearer ${TOKEN}`);
            return (JSON.parse(body) as { gitVersion?: string }).gitVersion;
        };
        await startApiServer(instance, "api3");
        assert.equal(await serverKindOf(instance, "api3"), "stand-in");
        assert.equal(await version(), "v1.36.3+lab");
        assert.equal(await daemonPid(slotDaemon(instance, "api3", "kube-apiserver")), undefined);
        assert.ok(await labRunning(instance), "the lab is up with servers of both kinds");
        await startKubeApiServer(instance, "api3");
        assert.equal(await serverKindOf(instance, "api3"), "kube-apiserver");
        assert.equal(await version(), "v1.36.3");
        assert.equal((await cgroupProcesses(cgroupName(instance.name, "api3"))).length, 1);
    });

    it("leave, when one goes in good order, without a watch through the others noticing; its place stays empty", async () => {
        const watch = await second.watch("configmaps");
        await stopKubeApiServer(instance, "api3", 20_000);
        await startLab(instance);
        assert.equal(await serverKindOf(instance, "api3"), undefined);
        await first.send("create", configMap("later", "one"));
        await watch.until("ADDED", "later");
        assert.equal((await watch.end()).broke, undefined);
    });

    it("are gone with etcd and worker, and nothing of them is left", async () => {
        await hangKubeApiServer(instance, "api1");
        const before = await leftOvers(instance);
        await stopCluster(instance);
        await sleep(100);
        const after = await leftOvers(instance);
        assert.equal(await clusterRunning(instance), false);
        for (const daemon of memberDaemons(instance)) assert.equal(await daemonPid(daemon), undefined);
        const gone = before.filter((line) => !after.includes(line) && !line.startsWith("network interface"));
        // Two API servers, etcd, worker.
        assert.deepEqual(gone.filter((line) => line.startsWith("process")).length, 4);
        assert.deepEqual(
            gone.filter((line) => line.startsWith("network namespace")).sort(),
            ["etcd", "worker1"].map((name) => `network namespace halab-${instance.name}-${name}`),
        );
        for (const { address } of instance.apiServers) assert.notEqual(await readyz(instance, address), "ok");
    });
});
