/** The lab's certificates and its SSH key, made once per instance with the openssl and ssh-keygen commands. */
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../tools/run";
import { type LabInstance } from "./instance";

/** Paths of everything made here. */
export function keys(instance: LabInstance) {
    const pki = join(instance.directory, "pki");
    return {
        caCertificate: join(pki, "ca.crt"),
        proxmoxKey: join(pki, "proxmox.key"),
        proxmoxCertificate: join(pki, "proxmox.crt"),
        apiServerKey: join(pki, "apiserver.key"),
        apiServerCertificate: join(pki, "apiserver.crt"),
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

async function once(directory: string, make: (directory: string) => Promise<void>): Promise<void> {
    if (await stat(directory).catch(() => undefined)) return;
    const draft = `${directory}.new`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true, mode: 0o755 });
    await make(draft);
    await rename(draft, directory);
}

async function certificates(instance: LabInstance, directory: string): Promise<void> {
    const file = (name: string): string => join(directory, name);
    const make = async (name: string, subject: string, extensions: string[], issuer: string[]): Promise<void> => {
        // The key's file is there, closed to others, before openssl writes into it.
        await writeFile(file(`${name}.key`), "", { mode: 0o600 });
        const added = extensions.flatMap((extension) => ["-addext", extension]);
        const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-keyout", file(`${name}.key`)];
        const subjectName = ["-subj", `/O=ha-api-lab ${instance.name}/CN=${subject}`];
        await run("openssl", ["req", "-x509", "-days", "3650", ...key, ...subjectName, ...added, ...issuer, "-out", file(`${name}.crt`)]);
    };
    const server = (names: string[]): string[] => [
        "basicConstraints=critical,CA:FALSE",
        "keyUsage=critical,digitalSignature",
        "extendedKeyUsage=serverAuth",
        `subjectAltName=${names.map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(",")}`,
    ];
    const ca = ["-CA", file("ca.crt"), "-CAkey", file("ca.key")];
    const { domain } = instance;
    await make("ca", "lab CA", ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"], []);
    await make("proxmox", `gateway.${domain}`, server([instance.gateway, `gateway.${domain}`]), ca);
    const apiServers = instance.apiServers.flatMap(({ name, address }) => [address, `${name}.${domain}`]);
    const kubernetes = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"];
    const names = [`${instance.subnet}.100`, `k3s1api.${domain}`, ...apiServers, ...kubernetes, "localhost", "127.0.0.1"];
    await make("apiserver", "kube-apiserver", server(names), ca);
}
