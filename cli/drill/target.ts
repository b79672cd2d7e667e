/** What a drill is run on: the deployment, the place it runs in, and what is there to make faults with. */
import type { Deployment } from "../../components/inspection/expectation";
import type { ControlPlane, PowerControl } from "../../shared/faults/injector";
import { deploymentOf, privateKeyOf } from "../deployment";
import { labSupport } from "../lab";
import { stackOutputs, stackSecretsAndConfig } from "../stackOutputs";
import { Address } from "../../components/text/address";
import { UserError } from "../../tools/run";
import type { Options } from "./options";
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

export async function targetOf({ stack, identity, vip }: Options): Promise<DrillTarget> {
    const deployment = await deploymentOf(stack);
    const watched = ofVip(deployment, vip);
    const [privateKey, outputs, config, lab] = await Promise.all([
        privateKeyOf(stack, identity),
        stackOutputs(stack),
        stackSecretsAndConfig(stack),
        labSupport(),
    ]);
    const environment = (await lab?.drillEnvironment(deployment.vip)) ?? thisMachine;
    const kubeconfig = outputs["kubeconfig"];
    return {
        deployment: watched,
        privateKey,
        environment,
        controlPlane: environment.controlPlane,
        power: powerOf(outputs["hosts"], config, environment.proxmoxToken),
        kubeconfig: typeof kubeconfig === "string" ? kubeconfig : "",
    };
}

/** The same deployment with another VIP in the first place, by which it is watched. */
export function ofVip(deployment: Deployment, vip: string | undefined): Deployment {
    if (vip === undefined) return deployment;
    const { vips } = deployment.inspection;
    const wanted = Address.parse(vip);
    const chosen = vips.find(({ address }) => wanted !== undefined && Address.of(address).equals(wanted));
    if (chosen === undefined)
        throw new UserError(
            `--vip must be an address of the stack's VIPs, ${vips.map(({ address }) => address).join(" or ")}; ` +
                `received "${vip}".`,
        );
    const [api] = deployment.inspection.listeners;
    if (!(chosen.listeners ?? [api]).includes(api))
        throw new UserError(
            `--vip must be an address at which the Kubernetes API is, since the drill asks there for /readyz; at ` +
                `${chosen.address}${chosen.name === undefined ? "" : ` (${chosen.name})`} are other listeners only.`,
        );
    const others = vips.filter((each) => each !== chosen);
    return { ...deployment, vip: chosen.address, inspection: { ...deployment.inspection, vips: [chosen, ...others] } };
}
