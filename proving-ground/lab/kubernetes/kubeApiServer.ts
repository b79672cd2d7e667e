/** Real API servers, each in the slot its stand-in has otherwise. */
import { join } from "node:path";
import { type LabInstance } from "../instance";
import { API_SERVER_PORT, slotDaemon, takeSlot } from "../apiserver/slot";
import { withHostname } from "../network/namespace";
import { daemonPid, daemonReady, startDaemon, stopDaemon } from "../processes";
import { UserError } from "../../../tools/run";
import { kubernetesBinaries } from "./binaries";
import { etcdUrl } from "./etcd";
import { readyz } from "../apiserver/readyz";
import { clusterFolder } from "./members";
import { kubernetesKeys, LOAD_BALANCER } from "./pki";

export interface KubeApiServerOptions {
    /**
     * What it serves with: a certificate for the VIP among others (the default), one that lacks the VIP, or one of
     * another cluster's authority.
     */
    certificate?: "usual" | "without-vip" | "foreign";
    /** Its own address alone (the default), or every one of its machine, of both families. */
    listenOn?: "own" | "all";
}

/** Soft limit of the Go heap: below it an idle server would collect garbage all the time. */
const MEMORY_LIMIT = "400MiB";

/**
 * Starts the real server at the address of `name`, in place of the stand-in if that serves there. One that runs already
 * stays as it is.
 */
export async function startKubeApiServer(
    instance: LabInstance,
    name: string,
    options: KubeApiServerOptions = {},
): Promise<void> {
    const { kubeApiServer } = await kubernetesBinaries();
    const daemon = slotDaemon(instance, name, "kube-apiserver");
    const { address, enter, cgroup } = await takeSlot(instance, name, "kube-apiserver");
    if ((await daemonPid(daemon)) === undefined) {
        await startDaemon(daemon, {
            command: "nsenter",
            // Servers on one host would take each other for themselves: their identity, and the lease that goes with
            // it, is made of its name.
            args: [...enter, ...withHostname(name), kubeApiServer, ...flags(instance, name, address, options)],
            cgroup,
            env: { PATH: process.env.PATH, GOMAXPROCS: "1", GOMEMLIMIT: MEMORY_LIMIT },
        });
    }
    const authority = options.certificate === "foreign" ? kubernetesKeys(instance).foreignCaCertificate : undefined;
    await daemonReady(daemon, async () => (await readyz(instance, address, authority)) === "ok", 120_000);
}

/**
 * Ends it: at once, as when its machine dies (connections are reset by the kernel, which lives on); or, given time, as
 * a roll-out of its static pod does, after it has told its clients to go away. Its address stays.
 */
export async function stopKubeApiServer(instance: LabInstance, name: string, graceMs = 0): Promise<void> {
    await stopDaemon(slotDaemon(instance, name, "kube-apiserver"), graceMs);
}

/** Stops it where it is: the kernel accepts connections for it, and nothing is ever answered. */
export async function hangKubeApiServer(instance: LabInstance, name: string): Promise<void> {
    await signal(instance, name, "SIGSTOP");
}

/** Lets a server that hangs go on. */
export async function resumeKubeApiServer(instance: LabInstance, name: string): Promise<void> {
    await signal(instance, name, "SIGCONT");
}

async function signal(instance: LabInstance, name: string, signalName: NodeJS.Signals): Promise<void> {
    const pid = await daemonPid(slotDaemon(instance, name, "kube-apiserver"));
    if (pid === undefined) throw new UserError(`No real API server runs as ${name}.`);
    process.kill(pid, signalName);
}

/** What it notes about who asked "who am I?", one JSON object a line. */
export const auditLog = (instance: LabInstance, name: string): string =>
    join(clusterFolder(instance), `${name}.audit.log`);

function flags(
    instance: LabInstance,
    name: string,
    address: string,
    { certificate = "usual", listenOn = "own" }: KubeApiServerOptions,
): string[] {
    const keys = kubernetesKeys(instance);
    const serving = { usual: keys.apiServer, "without-vip": keys.apiServerWithoutVip, foreign: keys.apiServerForeign }[
        certificate
    ];
    return [
        `--bind-address=${listenOn === "all" ? "::" : address}`,
        `--secure-port=${API_SERVER_PORT}`,
        `--advertise-address=${address}`,
        `--tls-cert-file=${serving.certificate}`,
        `--tls-private-key-file=${serving.key}`,

        `--etcd-servers=${etcdUrl(instance)}`,
        `--etcd-cafile=${keys.etcdCaCertificate}`,
        `--etcd-certfile=${keys.etcdClient.certificate}`,
        `--etcd-keyfile=${keys.etcdClient.key}`,

        // Who may come in: certificates, the one static token, a load balancer that says whom it acts for, and
        // strangers for the health paths.
        `--client-ca-file=${keys.caCertificate}`,
        `--token-auth-file=${keys.tokens}`,
        `--requestheader-client-ca-file=${keys.frontProxyCaCertificate}`,
        `--requestheader-allowed-names=${LOAD_BALANCER}`,
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--anonymous-auth=true",
        "--authorization-mode=RBAC",

        "--service-account-issuer=https://kubernetes.default.svc",
        `--service-account-key-file=${keys.serviceAccountPublicKey}`,
        `--service-account-signing-key-file=${keys.serviceAccountKey}`,
        "--service-cluster-ip-range=10.96.0.0/24",

        `--kubelet-certificate-authority=${keys.caCertificate}`,
        `--kubelet-client-certificate=${keys.kubeletClient.certificate}`,
        `--kubelet-client-key=${keys.kubeletClient.key}`,
        "--kubelet-preferred-address-types=InternalIP",

        // Nothing makes the service accounts pods would have, and nothing uses the service `kubernetes`.
        "--disable-admission-plugins=ServiceAccount",
        "--endpoint-reconciler-type=none",
        "--profiling=false",
        `--audit-policy-file=${keys.auditPolicy}`,
        `--audit-log-path=${auditLog(instance, name)}`,
    ];
}
