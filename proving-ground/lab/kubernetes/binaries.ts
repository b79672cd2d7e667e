import { join } from "node:path";
import { buildFromGo } from "../../toolchain/goBuild";
import { kubernetes } from "../../toolchain/recipes/kubernetes";
import { cacheFolder } from "../../../tools/cache";

export interface KubernetesBinaries {
    etcd: string;
    kubeApiServer: string;
    kubectl: string;
    fakeKubelet: string;
}

/** Paths of the programs; the first call on a machine builds them, which takes minutes. */
export async function kubernetesBinaries(): Promise<KubernetesBinaries> {
    const built = await buildFromGo(join(cacheFolder, "toolchain"), kubernetes);
    return {
        etcd: built["etcd"]!,
        kubeApiServer: built["kube-apiserver"]!,
        kubectl: built["kubectl"]!,
        fakeKubelet: built["fake-kubelet"]!,
    };
}
