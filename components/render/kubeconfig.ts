/** A kubeconfig that speaks to the VIP instead of to one API server. */
import { isMap, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import type { Model } from "../model/model";
import { Endpoint } from "../text/endpoint";
import { urlHost } from "../text/urlHost";
import { refusal } from "../text/refusal";
import { wrongKubeconfig } from "../model/secretInputs";
import { tlsInUse } from "../model/tls";
import { apiVips } from "../model/vips";

/** What kubeadm and k3s write for the machine they run on. */
const LOCAL = ["127.0.0.1", "localhost", "0.0.0.0", "::1"];

/** https://VIP:PORT, with the VIP's name where it was given as one. */
export function kubeconfigServerUrl({ vips: [vip], port }: Model): string {
    return Endpoint.of({ address: vip.name ?? vip.address, port }).url();
}

/** The kubeconfig that was given, with the VIP as server; empty when none was. */
export function kubeconfigText([model, given]: [Model, string | undefined]): string {
    return given === undefined ? "" : rewriteKubeconfig(given, behind(model), kubeconfigServerUrl(model));
}

/** How a cluster behind the VIP is distinguished from others in the file, and what clients trust there. */
export interface Behind {
    vips: { address: string; name?: string }[];
    /** Addresses of the API servers. */
    servers: string[];
    /** Where the load balancer terminates TLS: the authority that signed its certificate, in PEM format. */
    authority?: string;
}

export function behind(model: Pick<Model, "vips" | "apiServers" | "layer" | "tls">): Behind {
    const authority = tlsInUse(model)?.issuer?.certificate;
    return {
        vips: apiVips(model),
        servers: model.apiServers.map(({ address }) => address),
        ...(authority === undefined ? {} : { authority }),
    };
}

/**
 * Changes the server of every cluster that is behind the VIP; nothing else, comments included. Throws a pulumi.RunError
 * that never shows the file.
 */
export function rewriteKubeconfig(text: string, load: Behind, url: string): string {
    const wrong = wrongKubeconfig(text);
    if (wrong !== undefined) throw unusable(wrong);
    const document = parseDocument(text);
    const clusters = document.get("clusters") as YAMLSeq;
    const found = clusters.items.flatMap((item) =>
        isMap(item) && isMap(item.get("cluster")) ? [item.get("cluster") as YAMLMap] : [],
    );
    for (const cluster of ours(found, load)) {
        cluster.set("server", url);
        if (load.authority !== undefined) {
            for (const key of ["certificate-authority", "insecure-skip-tls-verify", "tls-server-name"])
                cluster.delete(key);
            cluster.set("certificate-authority-data", Buffer.from(load.authority).toString("base64"));
        }
    }
    // As kubectl itself lays it out.
    return document.toString({ lineWidth: 0, indentSeq: false, flowCollectionPadding: false });
}

/**
 * Those that name an API server or the VIP. Where none does, the one that names this machine: some other cluster, of
 * Docker's or kind's, may do so too.
 */
function ours(clusters: YAMLMap[], { vips, servers }: Behind): YAMLMap[] {
    const named = [...vips.flatMap(({ address, name }) => [address, name ?? address]), ...servers];
    const at = (hosts: string[]): YAMLMap[] =>
        clusters.filter((cluster) => hosts.includes(hostOf(serverOf(cluster)) ?? ""));
    const direct = at(named);
    if (direct.length > 0) return direct;
    const local = at(LOCAL);
    if (local.length > 1)
        throw unusable(
            `has ${local.length} clusters on the machine it was made on, and none at one of the API servers ` +
                `(${servers.join(", ")}); which is meant cannot be told`,
        );
    if (local.length === 1) return local;
    const all = clusters.map((cluster) => hostOf(serverOf(cluster)) ?? "nothing").join(", ");
    throw unusable(
        `has no cluster whose server is one of the API servers (${servers.join(", ")}), this machine or the ` +
            `VIP; its servers: ${all || "none"}`,
    );
}

function serverOf(cluster: YAMLMap): string {
    const server = cluster.get("server");
    return typeof server === "string" ? server : "";
}

function hostOf(server: string): string | undefined {
    try {
        return urlHost(server);
    } catch {
        return undefined;
    }
}

function unusable(why: string): Error {
    return refusal(`kubeconfig: ${why}.`);
}
