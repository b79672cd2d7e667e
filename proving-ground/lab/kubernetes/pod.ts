/**
 * A node and pods as a scheduler and a kubelet would have reported them: running, and reached by way of the kubelet
 * stand-in.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type LabInstance } from "../instance";
import { apiCall, ensureObject } from "./api";
import { KUBELET_PORT } from "./kubelet";
import { worker } from "./members";

const PODS = "/api/v1/namespaces/default/pods";

/** The pod every cluster of the lab has. */
export const POD = "demo";

/** Registers the worker node. API servers find the kubelet's address in it. */
export async function registerWorker(instance: LabInstance, apiServer: string): Promise<void> {
    const { name, address } = worker(instance);
    await ensureObject(instance, apiServer, "/api/v1/nodes", {
        apiVersion: "v1",
        kind: "Node",
        metadata: { name },
        spec: {},
        status: {
            addresses: [
                { type: "InternalIP", address },
                { type: "Hostname", address: name },
            ],
            conditions: [{ type: "Ready", status: "True", reason: "KubeletReady", message: "a stand-in" }],
            daemonEndpoints: { kubeletEndpoint: { Port: KUBELET_PORT } },
        },
    });
}

/** Makes a pod that runs on the worker, with one container, in the namespace `default`. */
export async function runPod(instance: LabInstance, apiServer: string, name = POD): Promise<void> {
    await namespaceIsThere(instance, apiServer);
    const startedAt = new Date().toISOString();
    const container = { name: "main", image: "lab/none" };
    await ensureObject(instance, apiServer, PODS, {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name },
        spec: { nodeName: worker(instance).name, containers: [container] },
        status: {
            phase: "Running",
            startTime: startedAt,
            conditions: ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) => ({
                type,
                status: "True",
            })),
            containerStatuses: [
                {
                    ...container,
                    imageID: "",
                    ready: true,
                    started: true,
                    restartCount: 0,
                    state: { running: { startedAt } },
                },
            ],
        },
    });
}

/** API servers are ready a little before they have made the namespace. */
async function namespaceIsThere(instance: LabInstance, apiServer: string): Promise<void> {
    for (
        let waited = 0;
        (await apiCall(instance, apiServer, "GET", "/api/v1/namespaces/default")).status !== 200;
        waited += 100
    ) {
        if (waited > 30_000) throw new Error("The API servers did not make the namespace `default` within 30 s.");
        await sleep(100);
    }
}
