import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { writeAtomically } from "../files";
import { type LabInstance } from "../instance";
import { clusterFolder } from "./members";
import { kubernetesKeys, TOKEN } from "./pki";

export interface KubeconfigOptions {
    /**
     * How the administrator proves who it is: a client certificate (the default), which ends where TLS is terminated,
     * or a token, which goes through.
     */
    as?: "certificate" | "token";
    /** The name the server's certificate must have, if it is not the one in the URL. */
    tlsServerName?: string;
}

/**
 * Writes a kubeconfig that needs no other file, and returns its path: the same for the same server and credentials.
 */
export async function writeKubeconfig(
    instance: LabInstance,
    server: string,
    { as = "certificate", tlsServerName }: KubeconfigOptions = {},
): Promise<string> {
    const keys = kubernetesKeys(instance);
    const embedded = async (path: string): Promise<string> => (await readFile(path)).toString("base64");
    const user =
        as === "token"
            ? { token: TOKEN }
            : {
                  "client-certificate-data": await embedded(keys.admin.certificate),
                  "client-key-data": await embedded(keys.admin.key),
              };
    const cluster = {
        server,
        "certificate-authority-data": await embedded(keys.caCertificate),
        ...(tlsServerName === undefined ? {} : { "tls-server-name": tlsServerName }),
    };
    const name = `ha-api-lab-${instance.name}`;
    const file = `${[as, new URL(server).host, tlsServerName ?? []].flat().join("-").replaceAll(":", "-")}.yaml`;
    const path = join(clusterFolder(instance), "kubeconfig", file);
    await writeAtomically(
        path,
        stringify({
            apiVersion: "v1",
            kind: "Config",
            "current-context": name,
            clusters: [{ name, cluster }],
            users: [{ name: "admin", user }],
            contexts: [{ name, context: { cluster: name, user: "admin", namespace: "default" } }],
        }),
        0o600,
    );
    return path;
}
