/** What a drill is run on: the deployment, the place it runs in, and what is there to make faults with. */
import type { Deployment } from "../../components/inspection/expectation";
import type { ControlPlane, PowerControl } from "../../shared/faults/injector";
import { deploymentOf, privateKeyOf } from "../deployment";
import { labSupport } from "../lab";
import { stackOutputs, stackSecretsAndConfig } from "../stackOutputs";
import { type DrillEnvironment, thisMachine } from "./environment";
import { powerOf } from "./power";

export interface DrillTarget {
    deployment: Deployment;
    privateKey: string;
    environment: DrillEnvironment;
    controlPlane: ControlPlane | string;
    /** The hosts' power, or why there is no switch for it. */
    power: PowerControl | string;
    /** The stack's own, a secret; empty when it has none. */
    kubeconfig: string;
}

export async function targetOf(stack: string | undefined, identity: string | undefined): Promise<DrillTarget> {
    const deployment = await deploymentOf(stack);
    const [privateKey, outputs, config, lab] = await Promise.all([
        privateKeyOf(stack, identity),
        stackOutputs(stack),
        stackSecretsAndConfig(stack),
        labSupport(),
    ]);
    const environment = (await lab?.drillEnvironment(deployment.vip)) ?? thisMachine;
    const kubeconfig = outputs["kubeconfig"];
    return {
        deployment,
        privateKey,
        environment,
        controlPlane: environment.controlPlane,
        power: powerOf(outputs["hosts"], config, environment.proxmoxToken),
        kubeconfig: typeof kubeconfig === "string" ? kubeconfig : "",
    };
}
