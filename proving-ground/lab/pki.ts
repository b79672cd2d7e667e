/** The lab's certificates and its SSH key, made once per instance with the openssl and ssh-keygen commands. */
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../tools/run";
import { type CertificateRequest, makeCertificate } from "./certificates";
import { address6Of, type LabInstance } from "./instance";

/** Paths of everything made here. */
export function keys(instance: LabInstance) {
    const pki = join(instance.directory, "pki");
    return {
        /** The authority's files, without their endings. */
        authority: join(pki, "ca"),
        caCertificate: join(pki, "ca.crt"),
        proxmoxKey: join(pki, "proxmox.key"),
        proxmoxCertificate: join(pki, "proxmox.crt"),
        apiServerKey: join(pki, "apiserver.key"),
        apiServerCertificate: join(pki, "apiserver.crt"),
        apiServerExpired: { key: join(pki, "apiserver-expired.key"), certificate: join(pki, "apiserver-expired.crt") },
        sshKey: join(instance.directory, "ssh", "id_ed25519"),
        sshPublicKey: join(instance.directory, "ssh", "id_ed25519.pub"),
    };
}

/** Makes what is missing. Each folder appears complete or not at all. */
export async function ensureKeys(instance: LabInstance): Promise<void> {
    await once(join(instance.directory, "pki"), (directory) => certificates(instance, directory));
    await once(join(instance.directory, "ssh"), async (directory) => {
        const comment = `ha-api-lab ${instance.name}`;
        await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", join(directory, "id_ed25519")]);
    });
}

/** Makes a folder unless it is there; it appears complete or not at all. */
export async function once(directory: string, make: (directory: string) => Promise<void>): Promise<void> {
    if (await stat(directory).catch(() => undefined)) return;
    const draft = `${directory}.new`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true, mode: 0o755 });
    await make(draft);
    await rename(draft, directory);
}

async function certificates(instance: LabInstance, directory: string): Promise<void> {
    const organisation = `ha-api-lab ${instance.name}`;
    const server = (name: string, commonName: string, names: string[]): CertificateRequest => ({
        name,
        commonName,
        organisation,
        use: { server: names },
        issuer: join(directory, "ca"),
    });
    await makeCertificate(directory, { name: "ca", commonName: "lab CA", organisation, use: "authority" });
    await makeCertificate(
        directory,
        server("proxmox", `gateway.${instance.domain}`, [instance.gateway, `gateway.${instance.domain}`]),
    );
    const vip = [...inBothFamilies(instance, instance.vips), `k3s1api.${instance.domain}`];
    const apiServer = server("apiserver", "kube-apiserver", [...vip, ...ownNames(instance)]);
    await makeCertificate(directory, apiServer);
    await makeCertificate(directory, { ...apiServer, name: "apiserver-expired", expired: true });
}

const inBothFamilies = (instance: LabInstance, addresses: string[]): string[] =>
    addresses.flatMap((address) => [address, address6Of(instance, address)]);

/**
 * What the certificate of an API server is good for besides the VIP: any of the three, and what it is called inside its
 * cluster.
 */
export function ownNames(instance: LabInstance): string[] {
    const apiServers = instance.apiServers.flatMap(({ name, address }) => [
        ...inBothFamilies(instance, [address]),
        `${name}.${instance.domain}`,
    ]);
    const kubernetes = [
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
    ];
    return [...apiServers, ...kubernetes, "localhost", "127.0.0.1"];
}
