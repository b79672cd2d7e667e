import { commandLine } from "../../../tools/commandLine";
import { flag } from "../../../tools/options";
import { say } from "../../../tools/progress";
import { UserError } from "../../../tools/run";
import { apiServersUp } from "../apiserver/apiServers";
import { API_SERVER_PORT } from "../apiserver/slot";
import type { LabInstance } from "../instance";
import { kubernetesBinaries } from "../kubernetes/binaries";
import { startCluster, stopCluster } from "../kubernetes/cluster";
import { writeKubeconfig } from "../kubernetes/kubeconfig";
import { labRunning } from "../lifecycle";

const line = commandLine({
    call: "npm run lab:cluster --",
    about:
        "Puts three real API servers in the place of the lab's stand-ins, behind the same VIP, and prints the " +
        "name of an administrator's kubeconfig.",
    options: { "stand-in": flag("the other way round: puts the stand-ins back") },
    statuses: { 0: "the API servers are what was asked for" },
    examples: ["export KUBECONFIG=$(npm run -s lab:cluster)", "npm run lab:cluster -- --stand-in"],
});

export async function cluster(instance: LabInstance, words: string[]): Promise<void> {
    const options = line.read(words);
    if (!(await labRunning(instance))) throw new UserError("The lab is not up; start it with: npm run lab");
    if (options["stand-in"]) {
        await stopCluster(instance);
        await apiServersUp(instance);
        say("The API servers are stand-ins again.");
        return;
    }
    await startCluster(instance);
    const { kubectl } = await kubernetesBinaries();
    // The path alone is on standard output: KUBECONFIG=$(npm run -s lab:cluster)
    const kubeconfig = await writeKubeconfig(instance, `https://${instance.subnet}.100:${API_SERVER_PORT}`);
    say(
        "\nThree kube-apiservers are behind the VIP; a node and a pod to exec into are registered. The " +
            "kubeconfig of an administrator:",
    );
    process.stdout.write(`${kubeconfig}\n`);
    say("\nGo on with:");
    say(`  export KUBECONFIG=${kubeconfig}`);
    say(`  alias kubectl=${kubectl}`);
    say("  kubectl get pods; kubectl exec -it demo -- sh; kubectl logs -f demo");
    say("  npm run lab:cluster -- --stand-in    back to the stand-ins");
}
