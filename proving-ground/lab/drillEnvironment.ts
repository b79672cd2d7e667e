/** The lab as a place for drills: a client in its network, a control plane that may be broken, keys to everything. */
import { readFile } from "node:fs/promises";
import type { DrillEnvironment } from "../../cli/drill/environment";
import { serverKindOf } from "./apiserver/slot";
import { clientEntry, fakeServerWatch } from "./client/place";
import { controlPlaneOf } from "./controlPlane";
import { readIfThere } from "./files";
import type { LabInstance } from "./instance";
import { kubernetesBinaries } from "./kubernetes/binaries";
import { writeKubeconfig } from "./kubernetes/kubeconfig";
import { kubernetesKeys } from "./kubernetes/pki";
import { keys } from "./pki";
import { proxmoxTokenFile } from "./proxmoxDaemon";

/** Events of a fake API server's watch, in seconds: how finely its silence is known. */
const WATCH_INTERVAL_S = 0.1;

export async function drillEnvironmentOf(instance: LabInstance): Promise<DrillEnvironment> {
    const real = await hasRealApiServers(instance);
    const authorities = await Promise.all(
        [keys(instance).caCertificate, kubernetesKeys(instance).caCertificate].map((file) => readIfThere(file)),
    );
    return {
        probe: {
            prefix: clientEntry(instance),
            description: `the client namespace of the lab "${instance.name}" (${instance.client.address})`,
        },
        controlPlane: await controlPlaneOf(instance),
        proxmoxToken: (await readFile(proxmoxTokenFile(instance), "utf8")).trim(),
        authorities: authorities.flatMap((pem) => (pem === undefined ? [] : [{ pem, name: "the lab's authority" }])),
        ...(real ? { kubectl: (await kubernetesBinaries()).kubectl } : {}),
        watch: async (url) => {
            if (!real) return fakeServerWatch(WATCH_INTERVAL_S);
            const kubeconfig = await writeKubeconfig(instance, url, { as: "token" });
            const { kubectl } = await kubernetesBinaries();
            return { kind: "kubectl", program: kubectl, kubeconfig, resource: "leases" };
        },
    };
}

async function hasRealApiServers(instance: LabInstance): Promise<boolean> {
    const kinds = await Promise.all(instance.apiServers.map(({ name }) => serverKindOf(instance, name)));
    return kinds.includes("kube-apiserver");
}
