import { dirname, join } from "node:path";
import { buildFromGo } from "../../toolchain/goBuild";
import { kubeadm, kubernetes } from "../../toolchain/recipes/kubernetes";
import { cacheFolder } from "../../../tools/cache";

export interface KubernetesBinaries {
    etcd: string;
    kubeApiServer: string;
    kubectl: string;
    fakeKubelet: string;
}

const cache = join(cacheFolder, "toolchain");

/** Paths of the programs; the first call on a machine builds them, which takes minutes. */
export async function kubernetesBinaries(): Promise<KubernetesBinaries> {
    const built = await buildFromGo(cache, kubernetes);
    return {
        etcd: built["etcd"]!,
        kubeApiServer: built["kube-apiserver"]!,
        kubectl: built["kubectl"]!,
        fakeKubelet: built["fake-kubelet"]!,
    };
}

/** Folders that together have all a machine needs for kubeadm to make a cluster there. The first call builds them. */
export async function kubeadmFolders(): Promise<string[]> {
    // One after the other: they share most packages, which are then compiled once.
    const programs = { ...(await buildFromGo(cache, kubernetes)), ...(await buildFromGo(cache, kubeadm)) };
    return [...new Set(Object.values(programs).map((program) => dirname(program)))];
}
