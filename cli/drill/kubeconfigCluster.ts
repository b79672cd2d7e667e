/** What the drill reads of a kubeconfig, and of files that options name. */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { urlHost } from "../../components/text/urlHost";
import { UserError } from "../../tools/run";

export interface Cluster {
    server?: string;
    "certificate-authority"?: string;
    "certificate-authority-data"?: string;
}

/** Of the current context. */
export function clusterOf(kubeconfig: string): Cluster | undefined {
    const all = parse(kubeconfig) as {
        "current-context"?: string;
        contexts?: { name: string; context: { cluster: string } }[];
        clusters?: { name: string; cluster: Cluster }[];
    } | null;
    const name = all?.contexts?.find((each) => each.name === all["current-context"])?.context.cluster;
    return all?.clusters?.find((each) => each.name === name)?.cluster;
}

/** Name or address of the server it speaks to. */
export function serverOf(kubeconfig: string): string | undefined {
    const server = clusterOf(kubeconfig)?.server;
    return server === undefined ? undefined : urlHost(server);
}

/** Throws a UserError that names the option when the file cannot be read. */
export async function readOptionFile(file: string, option: string): Promise<string> {
    return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
        throw new UserError(
            `${option} names ${file}, which cannot be read: ` +
                `${error.code === "ENOENT" ? "there is no such file" : (error.code ?? error.message)}.`,
        );
    });
}
