/**
 * A Kubernetes control plane to be load-balanced: etcd, kube-apiserver, kubectl, and a stand-in for a kubelet behind
 * them.
 */
import { type RecipeSet } from "./recipe";

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

export const kubernetes: RecipeSet = {
    withoutGo: "Real API servers are built from Go modules, which cannot be done here",
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
                { name: "kube-apiserver", package: "k8s.io/kubernetes/cmd/kube-apiserver", variables },
                { name: "kubectl", package: "k8s.io/kubernetes/cmd/kubectl", variables },
                { name: "fake-kubelet", package: "./fake-kubelet" },
            ],
        },
    ],
};
