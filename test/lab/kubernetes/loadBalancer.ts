/** The load balancer of an example, on two machines that were there before, in front of the real API servers. */
import { type Context } from "mocha";
import { kubernetesKeys } from "../../../proving-ground/lab/kubernetes/pki";
import { keys } from "../../../proving-ground/lab/pki";
import {
    exampleStack,
    existingMachines,
    waitForSingleMaster,
    type Stack,
    type StackConfig,
    startExistingMachines,
    stopExistingMachines,
} from "../stack/support";
import { cluster, instance } from "./support";

/** Configuration of an example with the lab's files in place of those it names. */
export function example(name: string, files: Record<string, string> = {}): StackConfig {
    const known: Record<string, string> = { ...labFiles(), ...files };
    const replaced = (value: unknown): unknown => {
        if (typeof value === "string" && value.startsWith("./")) {
            if (known[value] === undefined)
                throw new Error(`examples/stacks/${name}.yaml names ${value}, which the lab has no file for`);
            return known[value];
        }
        if (Array.isArray(value)) return value.map(replaced);
        if (typeof value !== "object" || value === null) return value;
        return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, replaced(inside)]));
    };
    return replaced(exampleStack(name)) as StackConfig;
}

function labFiles(): Record<string, string> {
    const { loadBalancerServer, frontProxyClient } = kubernetesKeys(instance);
    const { authority } = keys(instance);
    return {
        "./pki/ca.crt": `${authority}.crt`,
        "./pki/ca.key": `${authority}.key`,
        "./pki/load-balancer.crt": loadBalancerServer.certificate,
        "./pki/load-balancer.key": loadBalancerServer.key,
        "./pki/front-proxy-client.crt": frontProxyClient.certificate,
        "./pki/front-proxy-client.key": frontProxyClient.key,
    };
}

/** Real API servers and machines to put a load balancer on; `leave` takes it all away, whatever happened. */
export async function clusterWithMachines(context: Context, stack: Stack): Promise<() => Promise<void>> {
    const leaveCluster = await cluster(context);
    const leave = async (): Promise<void> => {
        await stack.remove();
        await stopExistingMachines(existingMachines);
        await leaveCluster();
    };
    await startExistingMachines(existingMachines).catch(async (error: unknown) => {
        await leave();
        throw error;
    });
    return leave;
}

/** Changes the stack to this configuration and waits until the VIP rests on one host. */
export async function change(stack: Stack, config: StackConfig): Promise<void> {
    await stack.configure(config);
    await stack.up();
    await waitForSingleMaster();
}
