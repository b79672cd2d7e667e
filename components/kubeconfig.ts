/** A kubeconfig that speaks to the VIP instead of to one API server. */
import * as pulumi from "@pulumi/pulumi";
import { isMap, isSeq, parseDocument, type YAMLMap } from "yaml";
import type { Model } from "./model/model";
import { tlsInUse } from "./model/tls";

/** What kubeadm and k3s write for the machine they run on. */
const LOCAL = ["127.0.0.1", "localhost", "0.0.0.0", "::1"];

/** Changes the server of every cluster that is behind the VIP; nothing else, comments included. Throws a pulumi.RunError that never shows the file. */
export function rewriteKubeconfig(text: string, model: Pick<Model, "vip" | "apiServers" | "layer" | "tls">, url: string): string {
    const document = parseDocument(text);
    if (document.errors.length > 0) throw unusable(`is not YAML (line ${document.errors[0]!.linePos?.[0].line ?? "unknown"})`);
    const clusters = document.get("clusters");
    if (!isSeq(clusters)) throw unusable("has no list of clusters");
    const found = clusters.items.flatMap((item) => (isMap(item) && isMap(item.get("cluster")) ? [item.get("cluster") as YAMLMap] : []));
    const behind = found.filter((cluster) => isBehind(serverOf(cluster), model));
    if (behind.length === 0) {
        const servers = found.map((cluster) => hostOf(serverOf(cluster)) ?? "nothing").join(", ");
        throw unusable(`has no cluster whose server is one of the API servers (${model.apiServers.map(({ address }) => address).join(", ")}), this machine or the VIP; its servers: ${servers || "none"}`);
    }
    for (const cluster of behind) {
        cluster.set("server", url);
        // TLS ends at the load balancer, whose certificate this authority signed.
        const issuer = tlsInUse(model)?.issuer;
        if (issuer !== undefined) {
            cluster.delete("certificate-authority");
            cluster.set("certificate-authority-data", Buffer.from(issuer.certificate).toString("base64"));
        }
    }
    return document.toString({ lineWidth: 0 });
}

function serverOf(cluster: YAMLMap): string {
    const server = cluster.get("server");
    return typeof server === "string" ? server : "";
}

function isBehind(server: string, { vip, apiServers }: Pick<Model, "vip" | "apiServers">): boolean {
    const host = hostOf(server);
    return host !== undefined && [...LOCAL, vip.address, ...(vip.name === undefined ? [] : [vip.name]), ...apiServers.map(({ address }) => address)].includes(host);
}

function hostOf(server: string): string | undefined {
    try {
        return new URL(server).hostname.replace(/^\[|\]$/g, "");
    } catch {
        return undefined;
    }
}

function unusable(why: string): Error {
    return new pulumi.RunError(`kubeconfig: ${why}. Nothing was changed.`);
}
