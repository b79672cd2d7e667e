/**
 * A real control plane in the lab: etcd, three kube-apiservers in place of the stand-ins, and a worker to exec into.
 */
import { rm } from "node:fs/promises";
import { part } from "../../../tools/progress";
import { withLock } from "../../../tools/lock";
import { type LabInstance } from "../instance";
import { startLab } from "../lifecycle";
import { kubernetesBinaries } from "./binaries";
import { startEtcd } from "./etcd";
import { type KubeApiServerOptions, startKubeApiServer, stopKubeApiServer } from "./kubeApiServer";
import { startKubelet } from "./kubelet";
import { clusterFolder, etcdMember, removeMember, worker } from "./members";
import { ensureKubernetesKeys } from "./pki";
import { registerWorker, runPod } from "./pod";

export { clusterRunning } from "./members";

/** Builds what must be built, brings the lab up if it is not, and starts whatever of the control plane does not run. */
export async function startCluster(instance: LabInstance, options: KubeApiServerOptions = {}): Promise<void> {
    await kubernetesBinaries();
    await startLab(instance);
    await withLock(`${instance.name}/cluster`, () =>
        part("etcd and three kube-apiservers", async () => {
            await ensureKubernetesKeys(instance);
            await startEtcd(instance);
            await Promise.all([
                startKubelet(instance),
                ...instance.apiServers.map(({ name }) => startKubeApiServer(instance, name, options)),
            ]);
            const first = instance.apiServers[0]!.address;
            await registerWorker(instance, first);
            await runPod(instance, first);
        }),
    );
}

/**
 * Ends the real control plane and removes its data; its keys stay with the lab's, and its API servers' addresses stay,
 * without servers.
 */
export async function stopCluster(instance: LabInstance): Promise<void> {
    await withLock(`${instance.name}/cluster`, async () => {
        await Promise.all(instance.apiServers.map(({ name }) => stopKubeApiServer(instance, name)));
        for (const member of [worker(instance), etcdMember(instance)]) await removeMember(instance, member);
        await rm(clusterFolder(instance), { recursive: true, force: true });
    });
}
