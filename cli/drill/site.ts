/**
 * Everything the drill knows of where it is: the deployment, the lab if it is one, and what is there to make faults
 * with.
 */
import type { Deployment } from "../../components/inspection/expectation";
import { type LabInstance, labInstance, labInstanceNames } from "../../proving-ground/lab/instance";
import { labRunning } from "../../proving-ground/lab/lifecycle";
import { deploymentOf, privateKeyOf } from "../deployment";
import { stackOutputs, stackSecretsAndConfig } from "../stackOutputs";
import { type ControlPlane, labControlPlane, NO_CONTROL_PLANE } from "./controlPlane";
import { type Power, powerOf } from "./power";

export interface Site {
    deployment: Deployment;
    privateKey: string;
    /** The lab on this machine whose network the VIP is in. */
    lab: LabInstance | undefined;
    power: Power | string;
    controlPlane: ControlPlane | string;
    /** The stack's own, a secret; empty when it has none. */
    kubeconfig: string;
}

export async function siteOf(stack: string | undefined, identity: string | undefined): Promise<Site> {
    const deployment = await deploymentOf(stack);
    const [privateKey, outputs, config, lab] = await Promise.all([
        privateKeyOf(stack, identity),
        stackOutputs(stack),
        stackSecretsAndConfig(stack),
        labOf(deployment.vip),
    ]);
    const kubeconfig = outputs["kubeconfig"];
    return {
        deployment,
        privateKey,
        lab,
        power: await powerOf(outputs["hosts"], config, lab),
        controlPlane: lab === undefined ? NO_CONTROL_PLANE : await labControlPlane(lab),
        kubeconfig: typeof kubeconfig === "string" ? kubeconfig : "",
    };
}

async function labOf(vip: string): Promise<LabInstance | undefined> {
    const instance = labInstanceNames
        .map((name) => labInstance(name))
        .find(({ subnet }) => vip.startsWith(`${subnet}.`));
    return instance !== undefined && (await labRunning(instance)) ? instance : undefined;
}
