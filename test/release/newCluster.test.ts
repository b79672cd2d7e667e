/**
 * docs/new-cluster.md, a new cluster: the load balancer first, then kubeadm as the page prints it, up to a cluster of
 * three control-plane machines and a worker that outlives the machine it was made on. Each test starts where the one
 * before it ended.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nspawnHypervisor } from "../../proving-ground/lab/hypervisor/nspawn";
import { theBlock } from "../docs/blocks";
import { needsLab } from "../lab/machines/support";
import {
    type ExistingMachine,
    existingMachines,
    Stack,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
    vip,
    waitForSingleMaster,
} from "../lab/stack/support";
import {
    asRoot,
    inThisLab,
    joinCommands,
    kubeadmMachine,
    nodesReady,
    serversOf,
    startKubeadmMachines,
    until,
    withKubeadm,
} from "./kubeadm";
import { Admin, configMap, instance, viaVip } from "../lab/kubernetes/support";

const controlPlane = [1, 2, 3].map((n) => kubeadmMachine(`cp${n}`, 12 + n));
const [first, second, third] = controlPlane as [ExistingMachine, ExistingMachine, ExistingMachine];
const worker = kubeadmMachine("worker", 16);
const all = [...controlPlane, worker];
const own = (machine: ExistingMachine): string => `https://${machine.address}:6443`;

describe("a new cluster, made behind a load balancer that was there first", function () {
    this.timeout(300_000);
    this.bail(true);

    const stack = new Stack("test-new-cluster");
    let folder: string;
    let joins: ReturnType<typeof joinCommands>;
    let admin: Admin;

    before(async function () {
        this.timeout(1_800_000);
        await needsLab(this);
        folder = await mkdtemp(join(tmpdir(), "ha-api-new-cluster-"));
        await startExistingMachines(existingMachines);
        await startKubeadmMachines(all);
    });
    after(async () => {
        await stack.remove();
        await stopExistingMachines(all);
        await stopExistingMachines(existingMachines);
        if (folder !== undefined) await rm(folder, { recursive: true });
    });

    it("is waited for: `up` warns that no API server answers, and is done", async () => {
        await stack.create({ ...twoExistingMachines(), apiServers: controlPlane.map(({ address }) => address) });
        const { output } = await stack.up();
        for (const { address } of controlPlane)
            assert.match(output, new RegExp(`Not verified: ${address}:6443 is not there for any host`));
        await waitForSingleMaster();
    });

    it("is made by `kubeadm init` as the page prints it", async () => {
        const block = inThisLab(theBlock(join("docs", "new-cluster.md"), "sh", "cluster", "kubeadm init --").text);
        const printed = await withKubeadm(first, block, 280_000);
        assert.match(printed, /Your Kubernetes control-plane has initialized successfully!/);
        joins = joinCommands(printed);
        assert.ok(joins.worker.startsWith(`kubeadm join ${vip}:6443 `), joins.worker);
        const kubeconfig = join(folder, "admin.conf");
        await writeFile(kubeconfig, await asRoot(first, "cat /etc/kubernetes/admin.conf"), { mode: 0o600 });
        admin = new Admin(kubeconfig);
        assert.match(await admin.kubectl("get", "nodes"), /^cp1 .*control-plane/m);
    });

    it("has the VIP wherever clients and machines that join look, its own machine's API server where it is its own", async () => {
        const servers = await serversOf(first);
        assert.deepEqual(servers, {
            "admin.conf": viaVip,
            "super-admin.conf": viaVip,
            "controller-manager.conf": own(first),
            "kubelet.conf": own(first),
            "scheduler.conf": own(first),
        });
        const names = await asRoot(
            first,
            "openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -ext subjectAltName",
        );
        for (const name of [vip, first.address]) assert.match(names, new RegExp(`IP Address:${name}(,|$)`, "m"));
        for (const [namespace, name] of [
            ["kube-public", "cluster-info"],
            ["kube-system", "kube-proxy"],
        ] as const)
            assert.ok(
                (await admin.kubectl("get", "configmap", name, `--namespace=${namespace}`, "--output=yaml")).includes(
                    `server: ${viaVip}\n`,
                ),
                name,
            );
    });

    it("is seen by `status`, which still misses those that are to join", async () => {
        const { apiServers, certificate } = await stack.status();
        assert.deepEqual(
            apiServers.map(({ up }) => up),
            [true, false, false],
        );
        assert.ok(certificate?.names.includes(vip), JSON.stringify(certificate));
    });

    it("is joined by control-plane machines through the VIP, with the command that was printed", async () => {
        for (const machine of [second, third]) {
            const printed = await withKubeadm(machine, joins.controlPlane, 140_000);
            assert.match(printed, /This node has joined the cluster and a new control plane instance was created/);
            const servers = await serversOf(machine);
            assert.equal(servers["admin.conf"], viaVip);
            assert.equal(servers["kubelet.conf"], own(machine));
        }
    });

    it("is joined by a worker, whose kubelet gets its certificate through the VIP, and knows nothing else", async () => {
        assert.match(await withKubeadm(worker, joins.worker), /This node has joined the cluster/);
        assert.deepEqual(await serversOf(worker), { "kubelet.conf": viaVip });
        await nodesReady(admin, ["cp1", "cp2", "cp3", "worker"]);
    });

    it("then is nothing to warn of", async () => {
        const { output } = await stack.up("--expect-no-changes");
        assert.doesNotMatch(output, /Not verified|is not there/);
        const { healthy, problems } = await stack.status();
        assert.equal(healthy, true, problems.join("\n"));
    });

    it("outlives the machine that it was made on: kubectl, the worker, and machines that are yet to join", async () => {
        await nspawnHypervisor(instance).stop(first.id);
        // etcd may choose another leader first.
        await until(async () => (await admin.kubectl("get", "--raw=/readyz", "--request-timeout=5s")) === "ok");
        // An API server may say so of a moment ago: a write tells that there is a leader.
        await until(async () => (await admin.send("apply", configMap("leader", "there"))) !== undefined);
        await admin.send("create", configMap("later", "one"));
        assert.match(await admin.kubectl("get", "configmap", "later"), /later/);
        const before = await renewedAt("worker");
        await until(async () => (await renewedAt("worker")) !== before);
        const command = await asRoot(second, "kubeadm token create --print-join-command");
        assert.ok(command.startsWith(`kubeadm join ${vip}:6443 `), command);
        const { apiServers } = await stack.status();
        assert.deepEqual(
            apiServers.map(({ up }) => up),
            [false, true, true],
        );
    });

    const renewedAt = (node: string): Promise<string> =>
        admin.kubectl("get", "lease", node, "--namespace=kube-node-lease", "--output=jsonpath={.spec.renewTime}");
});
