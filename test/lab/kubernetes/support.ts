/**
 * What tests with real API servers share. Everything a client does is done in the lab's client namespace, outside of
 * the load balancer's hosts.
 */
import { type Context } from "mocha";
import { apiServersUp } from "../../../proving-ground/lab/apiserver/apiServers";
import { API_SERVER_PORT, slotAddress } from "../../../proving-ground/lab/apiserver/slot";
import { startCluster, stopCluster } from "../../../proving-ground/lab/kubernetes/cluster";
import { type KubeApiServerOptions } from "../../../proving-ground/lab/kubernetes/kubeApiServer";
import { type KubeconfigOptions, writeKubeconfig } from "../../../proving-ground/lab/kubernetes/kubeconfig";
import { kubectl, type LongKubectl, startKubectl } from "../../../proving-ground/lab/kubernetes/kubectl";
import { kubernetesKeys } from "../../../proving-ground/lab/kubernetes/pki";
import { startWatch, type Watch } from "../../../proving-ground/lab/kubernetes/watch";
import { labRunning, stopLab } from "../../../proving-ground/lab/lifecycle";
import { inNamespace } from "../../../proving-ground/lab/network/namespace";
import { instance, needsLab } from "../machines/support";

export { instance };

/**
 * Brings lab and control plane up. Gives back how to leave the lab as it was: to be called at the end, whatever
 * happened.
 */
export async function cluster(context: Context, options: KubeApiServerOptions = {}): Promise<() => Promise<void>> {
    await needsLab(context);
    const wasUp = await labRunning(instance);
    const leave = async (): Promise<void> => {
        await stopCluster(instance);
        if (wasUp) await apiServersUp(instance);
        else await stopLab(instance);
    };
    // What an earlier run left is not to be taken for this one's.
    await stopCluster(instance);
    await startCluster(instance, options).catch(async (error: unknown) => {
        await leave();
        throw error;
    });
    return leave;
}

/** URL of one API server, without a load balancer. */
export const direct = (name: string): string => `https://${slotAddress(instance, name)}:${API_SERVER_PORT}`;

/** URL of the virtual IP. */
export const viaVip = `https://${instance.subnet}.100:${API_SERVER_PORT}`;

/** An administrator at a URL. */
export class Admin {
    constructor(readonly kubeconfig: string) {}

    static async at(url: string, options: KubeconfigOptions = {}): Promise<Admin> {
        return new Admin(await writeKubeconfig(instance, url, options));
    }

    /** Runs kubectl to its end; fails when kubectl does. */
    async kubectl(...args: string[]): Promise<string> {
        return (await kubectl(instance, this.kubeconfig, args)).trim();
    }

    /** kubectl with an object on standard input: `create`, `apply`, `replace`. */
    async send(verb: string, object: object): Promise<string> {
        return (await kubectl(instance, this.kubeconfig, [verb, "--filename=-"], JSON.stringify(object))).trim();
    }

    /** A kubectl that goes on until `end`. */
    start(...args: string[]): Promise<LongKubectl> {
        return startKubectl(instance, this.kubeconfig, args);
    }

    watch(resource: string, ...args: string[]): Promise<Watch> {
        return startWatch(instance, this.kubeconfig, resource, args);
    }
}

/** A small object whose changes are to be seen elsewhere. */
export const configMap = (name: string, value: string): object => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "default" },
    data: { value },
});

export interface Answer {
    status: number;
    body: string;
}

/** One request by curl, which trusts the cluster's authority; fails where TLS or the connection does. */
export async function curl(url: string, ...args: string[]): Promise<Answer> {
    const trust = ["--cacert", kubernetesKeys(instance).caCertificate];
    const printed = await inNamespace(instance.client.namespace, [
        "curl",
        "-sS",
        "--max-time",
        "2",
        ...trust,
        "-w",
        "\n%{http_code}",
        ...args,
        url,
    ]);
    const end = printed.lastIndexOf("\n");
    return { status: Number(printed.slice(end + 1)), body: printed.slice(0, end) };
}

/**
 * Who may not ask is answered before the question is read, which curl takes for a broken answer where requests share a
 * connection.
 */
const HTTP_1 = ["--http1.1"];

/**
 * As whom an API server sees the one who asks with these arguments of curl: the certificate, the token, the headers.
 */
export async function whoAmI(url: string, ...args: string[]): Promise<{ username: string; groups: string[] } | number> {
    const review = JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" });
    const { status, body } = await curl(
        `${url}/apis/authentication.k8s.io/v1/selfsubjectreviews`,
        ...HTTP_1,
        "--json",
        review,
        ...args,
    );
    if (status !== 201) return status;
    return (JSON.parse(body) as { status: { userInfo: { username: string; groups: string[] } } }).status.userInfo;
}

/** A certificate as curl takes it. */
export const showing = (pair: { key: string; certificate: string }): string[] => [
    "--cert",
    pair.certificate,
    "--key",
    pair.key,
];
