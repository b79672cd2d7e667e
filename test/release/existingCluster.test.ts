/**
 * docs/new-cluster.md, a cluster that is there already: made by kubeadm without a load balancer, moved behind the VIP
 * by the page's steps, one after the other. Each test starts where the one before it ended.
 */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { theBlock } from "../docs/blocks";
import { needsLab } from "../lab/machines/support";
import {
    address,
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
import { Admin, viaVip } from "../lab/kubernetes/support";

const PAGE = join("docs", "new-cluster.md");

const controlPlane = kubeadmMachine("cp1", 13);
const worker = kubeadmMachine("worker", 16);
const late = kubeadmMachine("late", 17);
/** Where the API server is, beside the address that the machine was made with. */
const advertised = address(18);
const formerly = `https://${advertised}:6443`;

describe("a cluster that was there before its load balancer", function () {
    this.timeout(300_000);
    this.bail(true);

    const stack = new Stack("test-existing-cluster");
    let folder: string;
    let adminConf: string;
    let vipConf: string;
    /** By the API server's own address, as before. */
    let direct: Admin;

    before(async function () {
        this.timeout(1_800_000);
        await needsLab(this);
        folder = await mkdtemp(join(tmpdir(), "ha-api-existing-cluster-"));
        [adminConf, vipConf] = [join(folder, "admin.conf"), join(folder, "vip.conf")];
        await startExistingMachines(existingMachines);
        await startKubeadmMachines([controlPlane, worker, late]);
        await asRoot(
            controlPlane,
            `ip address add ${advertised}/24 dev "$(ip -json route get ${vip} | grep -oP '"dev":"\\K[^"]+')"`,
        );
        const init = `kubeadm init --apiserver-advertise-address ${advertised}`;
        const { worker: join_ } = joinCommands(await withKubeadm(controlPlane, init, 280_000));
        await withKubeadm(worker, join_);
        await writeFile(adminConf, await asRoot(controlPlane, "cat /etc/kubernetes/admin.conf"), { mode: 0o600 });
        direct = new Admin(adminConf);
    });
    after(async () => {
        await stack.remove();
        await stopExistingMachines([controlPlane, worker, late]);
        await stopExistingMachines(existingMachines);
        if (folder !== undefined) await rm(folder, { recursive: true });
    });

    /** As root, in the folder where the page's steps leave their file. */
    const there = (script: string): Promise<string> => asRoot(controlPlane, `cd /root\n${script}`, 120_000);
    const problems = async (): Promise<string[]> => (await stack.status()).problems;
    const lacksTheVip = new RegExp(`does not have ${vip.replaceAll(".", "\\.")} `);

    it("gets a load balancer, which warns that the certificate lacks the VIP", async () => {
        await stack.create({ ...twoExistingMachines(), apiServers: [advertised] });
        const { output } = await stack.up();
        assert.match(output, lacksTheVip);
        await waitForSingleMaster();
        assert.match((await problems()).join("\n"), lacksTheVip);
        await command("kubeconfig", "--from", adminConf, "--out", vipConf);
        await assert.rejects(new Admin(vipConf).kubectl("get", "nodes"), /x509: certificate is valid for .*, not /);
    });

    it("is refused by machines that would join through the VIP", async () => {
        const [, token, hash] = /--token (\S+) --discovery-token-ca-cert-hash (\S+)/.exec(
            await asRoot(controlPlane, "kubeadm token create --print-join-command"),
        )!;
        const patient = {
            apiVersion: "kubeadm.k8s.io/v1beta4",
            kind: "JoinConfiguration",
            discovery: { bootstrapToken: { apiServerEndpoint: `${vip}:6443`, token, caCertHashes: [hash] } },
            timeouts: { discovery: "3s" },
        };
        await asRoot(late, `cat > join.yaml <<'END'\n${stringify(patient)}END`);
        await assert.rejects(
            withKubeadm(late, "kubeadm join --config join.yaml"),
            new RegExp(
                `couldn't validate the identity of the API Server: .*x509: certificate is valid for .*, not ${vip}`,
            ),
        );
    });

    /** What a command prints that ends with 0, or with 1 because something is not as it should be. */
    async function command(...words: [string, ...string[]]): Promise<string> {
        const { status, output, stdout } = await stack.command(...words);
        assert.ok(status <= 1, output);
        return stdout;
    }

    /** Changes one of kubeadm's documents in the cluster. */
    async function edit(namespace: string, name: string, key: string, change: (text: string) => string): Promise<void> {
        const map = JSON.parse(
            await direct.kubectl("get", "configmap", name, `--namespace=${namespace}`, "--output=json"),
        ) as { data: Record<string, string> };
        const changed = change(map.data[key]!);
        assert.notEqual(changed, map.data[key]);
        await direct.send("replace", { ...map, data: { ...map.data, [key]: changed } });
    }

    it("gets a certificate with the VIP, by the steps of the page", async () => {
        await edit("kube-system", "kubeadm-config", "ClusterConfiguration", (text) => {
            const configuration = parse(text) as { apiServer: { certSANs?: string[] } };
            configuration.apiServer = { ...configuration.apiServer, certSANs: [vip] };
            return stringify(configuration);
        });
        const lines = inThisLab(theBlock(PAGE, "sh", "cluster", "kubeadm init phase").text).split("\n");
        const restart = theBlock(PAGE, "sh", "cluster", "crictl stop").text;
        const names = (printed: string): string[] => printed.split("\n").filter((line) => line.includes("IP Address:"));
        const [had, has] = names(await there(lines.join("\n")));
        assert.ok(had!.includes(`IP Address:${advertised}`) && !had!.includes(vip), had);
        assert.ok(has!.includes(`IP Address:${vip}`), has);
        // The default route's address took the place of the one that the API server advertises.
        assert.ok(!has!.includes(advertised), has);

        const own = inThisLab(theBlock(PAGE, "yaml", "cluster", "InitConfiguration").text).replace(
            address(51),
            advertised,
        );
        const again = lines.filter((line) => line.startsWith("kubeadm ") || line.startsWith("openssl ")).slice(-2);
        const [all] = names(
            await there(
                `printf '%s\\n' --- >> kubeadm.yaml\ncat >> kubeadm.yaml <<'END'\n${own}\nEND\n` +
                    `rm /etc/kubernetes/pki/apiserver.{crt,key}\n${again.join("\n")}`,
            ),
        );
        for (const name of [vip, advertised]) assert.ok(all!.includes(`IP Address:${name}`), all);
        await there(restart);
    });

    it("is reached at the VIP then, and nobody warns any more", async () => {
        const admin = new Admin(vipConf);
        await until(async () => (await admin.kubectl("get", "nodes")).includes("worker"));
        await until(async () => (await problems()).length === 0);
        assert.doesNotMatch((await stack.up("--expect-no-changes")).output, /Not verified/);
    });

    it("has worker machines that need the VIP alone", async () => {
        await asRoot(
            worker,
            `sed -i 's|server: ${formerly}|server: ${viaVip}|' /etc/kubernetes/kubelet.conf; systemctl restart kubelet`,
        );
        assert.deepEqual(await serversOf(worker), { "kubelet.conf": viaVip });
        await until(async () => {
            const peers = await asRoot(worker, "ss -Htnp state established dport = :6443");
            return peers.includes(`${vip}:6443`) && !peers.includes(`${advertised}:6443`);
        });
        const admin = new Admin(vipConf);
        const renewed = (): Promise<string> =>
            admin.kubectl(
                "get",
                "lease",
                "worker",
                "--namespace=kube-node-lease",
                "--output=jsonpath={.spec.renewTime}",
            );
        const first = await renewed();
        await until(async () => (await renewed()) !== first);
    });

    it("is joined by way of the VIP from then on", async () => {
        const toVip = (text: string): string => text.replaceAll(formerly, viaVip);
        await edit("kube-system", "kube-proxy", "kubeconfig.conf", toVip);
        await direct.kubectl("--namespace=kube-system", "rollout", "restart", "daemonset", "kube-proxy");
        await edit("kube-public", "cluster-info", "kubeconfig", toVip);
        await edit("kube-system", "kubeadm-config", "ClusterConfiguration", (text) =>
            stringify({ ...(parse(text) as object), controlPlaneEndpoint: `${vip}:6443` }),
        );
        // It prints the server of the kubeconfig it is given.
        await there(`cat > vip.conf <<'END'\n${await readFile(vipConf, "utf8")}\nEND\n`);
        const join = (await there("kubeadm token create --print-join-command --kubeconfig vip.conf")).trim();
        assert.ok(join.startsWith(`kubeadm join ${vip}:6443 `), join);
        await withKubeadm(late, join);
        assert.deepEqual(await serversOf(late), { "kubelet.conf": viaVip });
        await nodesReady(new Admin(vipConf), ["cp1", "late", "worker"]);
    });
});
