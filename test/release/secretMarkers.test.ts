/**
 * Two lives with something recognisable in every secret: VMs by VRRP, with what Proxmox, SSH, VRRP and the cluster are
 * told; and machines by BGP, with TLS ending there.
 */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureKubernetesKeys, kubernetesKeys } from "../../proving-ground/lab/kubernetes/pki";
import { keys } from "../../proving-ground/lab/pki";
import { proxmoxTokenFile } from "../../proving-ground/lab/proxmoxDaemon";
import { CLIENT_KEY, SERVER_KEY } from "../../components/host/paths";
import { needsLab } from "../lab/machines/support";
import { address, answersAtVip, instance, Stack, type StackConfig, twoVirtualMachines } from "../lab/stack/support";
import { AnnouncingHosts } from "./announcing";
import { MarkedLife, markOfPem } from "./marks";

const TOKEN = "MARKEDTOKENOFAUSER";
const kubeconfig = (server: string): string =>
    JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "c", cluster: { server } }],
        users: [{ name: "u", user: { token: TOKEN } }],
    });

/** Where the configuration step takes it from. */
const kept = (name: string): string => `/var/lib/ha-api/credentials/${name}`;

/** What every life can be asked, one after the other. `files`: where hosts may have a secret. */
function isSeenNowhere(life: () => MarkedLife, hosts: string[], files: string[]): void {
    it("are in none of what was printed", () => {
        life().assertNotPrinted(8);
    });

    it("are nowhere in the state, its history and its backups but encrypted", async () => {
        await life().assertNotInState();
    });

    it("are on the hosts in files that only root and the daemons read, and in no journal or core dump", async () => {
        for (const host of hosts) assert.deepEqual(await life().filesOn(host), [...files].sort());
    });

    it("are among no process's arguments, and in no environment but that of Pulumi's program, to the end", async () => {
        await life().pulumi(0, "destroy", "--yes", "--skip-preview");
        await life().assertInNoProcess();
        life().assertNotPrinted(9);
    });
}

describe("secrets with something recognisable in them", function () {
    this.timeout(600_000);
    this.bail(true);
    const stack = new Stack("test-markers");
    const base = twoVirtualMachines();
    let secrets: Record<string, string>;
    let life: MarkedLife | undefined;
    let folder: string;

    before(async function () {
        await needsLab(this);
        folder = await mkdtemp(join(tmpdir(), "ha-api-marks-"));
        await stack.create(base);
        const token = (await readFile(proxmoxTokenFile(instance, "stack-token"), "utf8")).trim();
        delete stack.environment["PROXMOX_VE_API_TOKEN"];
        const key = await readFile(keys(instance).sshKey, "utf8");
        secrets = {
            sshPrivateKey: key,
            proxmoxApiToken: token,
            vrrpPassword: "Mk7vrrPw",
            kubeconfig: kubeconfig(`https://${address(51)}:6443`),
        };
        life = new MarkedLife(stack, {
            sshPrivateKey: markOfPem(key),
            proxmoxApiToken: token.replace(/^.*=/, ""),
            vrrpPassword: secrets["vrrpPassword"]!,
            kubeconfig: TOKEN,
        });
    });
    after(async () => {
        await life?.end();
        await stack.remove();
        if (folder !== undefined) await rm(folder, { recursive: true });
    });

    async function configure(over: StackConfig): Promise<void> {
        await stack.configure({
            ...base,
            ssh: { publicKeyFile: keys(instance).sshPublicKey },
            vrrp: { version: 2, advertisementInterval: 1, authentication: "password" },
            ...over,
        });
        await life!.setSecrets(secrets);
    }

    it("serve a pair that is made, changed, refused a change, drilled, and looked at", async () => {
        const own = life!;
        await configure({});
        await own.pulumi(0, "preview", "--diff");
        await own.pulumi(0, "up", "--yes", "--skip-preview");
        await answersAtVip();
        await configure({ port: 6444 });
        await own.command("preview:comment", ["--save", join(folder, "preview.json")], [join(folder, "preview.json")]);
        await own.pulumi(0, "up", "--yes", "--diff");
        await configure({ nginx: { extraConfiguration: "no_such_directive on;" } });
        await own.pulumi(1, "up", "--yes", "--diff");
        await configure({});
        await own.pulumi(0, "up", "--yes", "--refresh");
        await own.pulumi(0, "stack", "output", "--json");
        await own.command("status", ["--json"]);
        await own.command("drift");
        const report = join(folder, "drill.json");
        const drill = ["--fault", "switchover", "--yes", "--json", report, "--identity", keys(instance).sshKey];
        await own.command("drill", drill, [report]);
    });

    isSeenNowhere(() => life!, [101, 102].map(address), ["/etc/keepalived/keepalived.conf", kept("vrrp-password")]);
});

describe("secrets with something recognisable in them, by BGP and with TLS ending there", function () {
    this.timeout(600_000);
    this.bail(true);
    const password = "Mk7bgpPw";
    const hosts = new AnnouncingHosts("test-markers-bgp", { count: 2, password });
    const { stack } = hosts;
    let config: StackConfig;
    let life: MarkedLife | undefined;

    before(async function () {
        await needsLab(this);
        await hosts.start();
        await ensureKubernetesKeys(instance);
        const { loadBalancerServer, frontProxyClient } = kubernetesKeys(instance);
        const { authority } = keys(instance);
        config = {
            ...hosts.config,
            layer: 7,
            clusterCertificateAuthorityFile: `${authority}.crt`,
            tls: {
                certificateFile: loadBalancerServer.certificate,
                privateKeyFile: loadBalancerServer.key,
                clientCertificateFile: frontProxyClient.certificate,
                clientPrivateKeyFile: frontProxyClient.key,
            },
        };
        const pem = async (file: string): Promise<string> => markOfPem(await readFile(file, "utf8"));
        life = new MarkedLife(stack, {
            bgpPassword: password,
            "tls.privateKey": await pem(loadBalancerServer.key),
            "tls.clientPrivateKey": await pem(frontProxyClient.key),
            "tls.issuer.privateKey": await pem(`${authority}.key`),
        });
    });
    after(async () => {
        await life?.end();
        await hosts.end();
    });

    it("serve hosts that are made, changed, refused a change, and looked at", async () => {
        const own = life!;
        const { authority } = keys(instance);
        const { certificateFile: _file, privateKeyFile: _key, ...client } = config["tls"] as Record<string, string>;
        await stack.configure(config);
        await own.pulumi(0, "preview", "--diff");
        await own.pulumi(0, "up", "--yes", "--skip-preview");
        await stack.configure({
            ...config,
            tls: { ...client, issuer: { certificateFile: `${authority}.crt`, privateKeyFile: `${authority}.key` } },
        });
        await own.command("preview:comment");
        await own.pulumi(0, "up", "--yes", "--diff");
        await stack.configure({ ...config, nginx: { extraConfiguration: "no_such_directive on;" } });
        await own.pulumi(1, "up", "--yes", "--diff");
        await stack.configure(config);
        await own.pulumi(0, "up", "--yes", "--refresh");
        await own.pulumi(0, "stack", "output", "--json");
        await own.command("status", ["--json"]);
        await own.command("drift");
    });

    isSeenNowhere(() => life!, hosts.all, [
        "/etc/bird/bird.conf",
        SERVER_KEY,
        CLIENT_KEY,
        ...["bgp-password-1", "client-key", "server-key"].map(kept),
    ]);
});
