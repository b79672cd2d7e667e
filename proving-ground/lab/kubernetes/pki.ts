/**
 * Keys and certificates of the real control plane and its clients, as kubeadm lays them out, and those of a load
 * balancer that ends TLS.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../../tools/run";
import { type CertificateRequest, makeCertificate } from "../certificates";
import { type LabInstance } from "../instance";
import { ensureKeys, keys, once, ownNames } from "../pki";
import { etcdMember, worker } from "./members";

/** Another number makes another folder: labs that are up get new files when something is added here. */
const LAYOUT = 2;

/** The name in the load balancer's own certificate: the only one whose X-Remote-User headers API servers believe. */
export const LOAD_BALANCER = "ha-api-load-balancer";

/** A static token that may do everything; what the lab's measuring client sends to stand-ins too. */
export const TOKEN = "lab";

/** One question is noted, with what an API server knows about who asked it and from where: "who am I?". */
const AUDIT_POLICY = {
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived"],
    rules: [
        { level: "Metadata", resources: [{ group: "authentication.k8s.io", resources: ["selfsubjectreviews"] }] },
        { level: "None" },
    ],
};

/** Paths of everything made here, and of the cluster's authority. */
export function kubernetesKeys(instance: LabInstance) {
    const directory = folder(instance);
    const pair = (name: string): { key: string; certificate: string } => ({
        key: join(directory, `${name}.key`),
        certificate: join(directory, `${name}.crt`),
    });
    return {
        caCertificate: keys(instance).caCertificate,
        /** What API servers serve with: valid for the VIP, or, to see what clients say then, not. */
        apiServer: { key: keys(instance).apiServerKey, certificate: keys(instance).apiServerCertificate },
        apiServerWithoutVip: pair("apiserver-without-vip"),
        /** Signed by an authority of its own, as one who is not of this cluster would show it. */
        apiServerForeign: pair("apiserver-foreign"),
        foreignCaCertificate: join(directory, "foreign-ca.crt"),
        etcdCaCertificate: join(directory, "etcd-ca.crt"),
        etcdServer: pair("etcd-server"),
        etcdClient: pair("etcd-client"),
        /** How API servers log in to kubelets. */
        kubeletClient: pair("apiserver-kubelet-client"),
        kubelet: pair("kubelet"),
        serviceAccountKey: join(directory, "sa.key"),
        serviceAccountPublicKey: join(directory, "sa.pub"),
        /** A person who may do everything. */
        admin: pair("admin"),
        tokens: join(directory, "tokens.csv"),
        auditPolicy: join(directory, "audit-policy.json"),
        /** A load balancer that ends TLS: what it serves with, ... */
        loadBalancerServer: pair("load-balancer-server"),
        /** ... what it shows API servers when it acts as itself, with every right, ... */
        loadBalancerClient: pair("load-balancer-client"),
        /** ... and what it shows them when it says in headers whom it acts for. */
        frontProxyClient: pair("front-proxy-client"),
        frontProxyCaCertificate: join(directory, "front-proxy-ca.crt"),
    };
}

/** Makes them unless they are there. */
export async function ensureKubernetesKeys(instance: LabInstance): Promise<void> {
    await ensureKeys(instance);
    await once(folder(instance), (directory) => make(instance, directory));
}

function folder(instance: LabInstance): string {
    return join(instance.directory, `pki-kubernetes-${LAYOUT}`);
}

async function make(instance: LabInstance, directory: string): Promise<void> {
    const cluster = keys(instance).authority;
    const etcd = join(directory, "etcd-ca");
    const foreign = join(directory, "foreign-ca");
    const frontProxy = join(directory, "front-proxy-ca");
    const organisation = `ha-api-lab ${instance.name}`;
    const masters = "system:masters";
    const client = (name: string, commonName: string, group: string, issuer: string): CertificateRequest => ({
        name,
        commonName,
        organisation: group,
        use: "client",
        issuer,
    });
    const server = (name: string, names: string[], issuer: string): CertificateRequest => ({
        name,
        commonName: name,
        organisation,
        use: { server: names },
        issuer,
    });
    const authority = (name: string): CertificateRequest => ({
        name,
        commonName: name,
        organisation,
        use: "authority",
    });
    for (const request of [
        authority("etcd-ca"),
        authority("front-proxy-ca"),
        authority("foreign-ca"),
        // etcd is a client of itself too.
        {
            ...server("etcd-server", [], etcd),
            use: { server: [etcdMember(instance).address, "127.0.0.1"], alsoClient: true },
        },
        client("etcd-client", "kube-apiserver-etcd-client", organisation, etcd),
        server("apiserver-without-vip", ownNames(instance), cluster),
        server("apiserver-foreign", [`${instance.subnet}.100`, ...ownNames(instance)], foreign),
        client("apiserver-kubelet-client", "kube-apiserver-kubelet-client", masters, cluster),
        server("kubelet", [worker(instance).address, worker(instance).name], cluster),
        client("admin", "admin", masters, cluster),
        server("load-balancer-server", [`${instance.subnet}.100`, `k3s1api.${instance.domain}`, "127.0.0.1"], cluster),
        client("load-balancer-client", LOAD_BALANCER, masters, cluster),
        client("front-proxy-client", LOAD_BALANCER, organisation, frontProxy),
    ]) {
        await makeCertificate(directory, request);
    }
    await serviceAccountKeys(directory);
    await writeFile(join(directory, "audit-policy.json"), JSON.stringify(AUDIT_POLICY));
    await writeFile(join(directory, "tokens.csv"), `${TOKEN},token-user,token-user,"${masters}"\n`, { mode: 0o600 });
}

async function serviceAccountKeys(directory: string): Promise<void> {
    const key = join(directory, "sa.key");
    await writeFile(key, "", { mode: 0o600 });
    await run("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key]);
    await run("openssl", ["ec", "-in", key, "-pubout", "-out", join(directory, "sa.pub")]);
}

/** A certificate with its key and the authority it trusts, as TLS clients of Node take them. */
export async function tlsOf(
    instance: LabInstance,
    pair: { key: string; certificate: string },
): Promise<{ ca: Buffer; key: Buffer; cert: Buffer }> {
    const [ca, key, cert] = await Promise.all(
        [kubernetesKeys(instance).caCertificate, pair.key, pair.certificate].map((path) => readFile(path)),
    );
    return { ca: ca!, key: key!, cert: cert! };
}
