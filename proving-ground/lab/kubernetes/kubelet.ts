/** The stand-in for a kubelet: exec, logs and port-forward end here, where there are no containers. */
import { succeeds } from "../../../tools/run";
import { type LabInstance } from "../instance";
import { daemonPid, daemonReady, startDaemon } from "../processes";
import { kubernetesBinaries } from "./binaries";
import { enterMember, worker } from "./members";
import { kubernetesKeys } from "./pki";

export const KUBELET_PORT = 10250;

/** The port at which every pod answers, with a greeting at `/` and, at `/lines`, one line every 0.2 s without end. */
export const POD_PORT = 8080;

export async function startKubelet(instance: LabInstance): Promise<void> {
    const member = worker(instance);
    const { kubelet, caCertificate, kubeletClient } = kubernetesKeys(instance);
    const { fakeKubelet } = await kubernetesBinaries();
    const { enter, cgroup } = await enterMember(instance, member);
    if ((await daemonPid(member.daemon)) !== undefined) return;
    await startDaemon(member.daemon, {
        command: "nsenter",
        args: [
            ...enter,
            fakeKubelet,
            "--address",
            `${member.address}:${KUBELET_PORT}`,
            "--pod-address",
            `127.0.0.1:${POD_PORT}`,
            "--cert",
            kubelet.certificate,
            "--key",
            kubelet.key,
            "--client-ca",
            caCertificate,
        ],
        cgroup,
        env: { PATH: process.env.PATH, GOMAXPROCS: "1" },
    });
    const as = ["--cacert", caCertificate, "--cert", kubeletClient.certificate, "--key", kubeletClient.key];
    // It has no page of its own; that it answers at all is what counts.
    await daemonReady(
        member.daemon,
        () => succeeds("curl", ["--silent", "--max-time", "1", ...as, `https://${member.address}:${KUBELET_PORT}/`]),
        10_000,
    );
}
