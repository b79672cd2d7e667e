/** The one etcd behind the API servers: losing it is not what the lab is about. */
import { join } from "node:path";
import { succeeds } from "../../../tools/run";
import { type LabInstance } from "../instance";
import { daemonPid, daemonReady, startDaemon } from "../processes";
import { kubernetesBinaries } from "./binaries";
import { clusterFolder, enterMember, etcdMember } from "./members";
import { kubernetesKeys } from "./pki";

const PORT = 2379;

export const etcdUrl = (instance: LabInstance): string => `https://${etcdMember(instance).address}:${PORT}`;

export async function startEtcd(instance: LabInstance): Promise<void> {
    const member = etcdMember(instance);
    const { etcdServer, etcdClient, etcdCaCertificate } = kubernetesKeys(instance);
    const { etcd } = await kubernetesBinaries();
    const { enter, cgroup } = await enterMember(instance, member);
    if ((await daemonPid(member.daemon)) !== undefined) return;
    await startDaemon(member.daemon, {
        command: "nsenter",
        args: [
            ...enter,
            etcd,
            "--name=etcd",
            `--data-dir=${join(clusterFolder(instance), "etcd")}`,
            `--listen-client-urls=${etcdUrl(instance)}`,
            `--advertise-client-urls=${etcdUrl(instance)}`,
            // Alone in the cluster, so nothing else uses it.
            "--listen-peer-urls=http://127.0.0.1:2380",
            "--initial-advertise-peer-urls=http://127.0.0.1:2380",
            "--initial-cluster=etcd=http://127.0.0.1:2380",
            `--cert-file=${etcdServer.certificate}`,
            `--key-file=${etcdServer.key}`,
            "--client-cert-auth",
            `--trusted-ca-file=${etcdCaCertificate}`,
            // The data is worth nothing after a crash, and waiting for a disk would slow every write of the API
            // servers.
            "--unsafe-no-fsync",
            "--log-level=warn",
        ],
        cgroup,
        env: { PATH: process.env.PATH, GOMAXPROCS: "1", GOMEMLIMIT: "64MiB" },
    });
    const as = ["--cacert", etcdCaCertificate, "--cert", etcdClient.certificate, "--key", etcdClient.key];
    const check = ["--fail", "--silent", "--max-time", "1", ...as, `${etcdUrl(instance)}/health`];
    await daemonReady(member.daemon, () => succeeds("curl", check), 30_000);
}
