/**
 * A Kubernetes control plane to be load-balanced: etcd, kube-apiserver, kubectl, and a stand-in for a kubelet behind
 * them.
 */
import { type Binary, type RecipeSet } from "./recipe";

/** The release that toolchain/go/kubernetes pins; binaries say so when they are asked. */
export const kubernetesVersion = "1.36.3";

const VERSION = "k8s.io/component-base/version";
const [major = "", minor = ""] = kubernetesVersion.split(".");
const variables = {
    [`${VERSION}.gitVersion`]: `v${kubernetesVersion}`,
    [`${VERSION}.gitMajor`]: major,
    [`${VERSION}.gitMinor`]: minor,
    [`${VERSION}.gitTreeState`]: "archive",
};

const withoutGo = "Real API servers are built from Go modules, which cannot be done here";

const program = (name: string): Binary => ({ name, package: `k8s.io/kubernetes/cmd/${name}`, variables });

export const kubernetes: RecipeSet = {
    withoutGo,
    recipes: [
        {
            title: "build etcd from Go modules",
            module: "etcd",
            binaries: [{ name: "etcd", package: "go.etcd.io/etcd/server/v3" }],
        },
        {
            title: `build kube-apiserver and kubectl ${kubernetesVersion} from Go modules (about 4 minutes, once)`,
            module: "kubernetes",
            binaries: [
                program("kube-apiserver"),
                program("kubectl"),
                { name: "fake-kubelet", package: "./fake-kubelet" },
            ],
        },
    ],
};

/** What kubeadm makes a cluster of, beside those, and a container runtime that runs it as plain processes. */
export const kubeadm: RecipeSet = {
    withoutGo,
    recipes: [
        {
            title: `build kubeadm, kubelet and the rest of a control plane ${kubernetesVersion} from Go modules (minutes, once)`,
            module: "kubernetes",
            binaries: [
                program("kubeadm"),
                program("kubelet"),
                program("kube-controller-manager"),
                program("kube-scheduler"),
                { name: "process-runtime", package: "./process-runtime" },
            ],
        },
    ],
};
