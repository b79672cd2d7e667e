/** Settings of VMs as they were given, for what cannot wait for the model: which resources there are, and how. */
import type { HaApiLoadBalancerArgs, HostArgs, VirtualMachineArgs } from "../inputs";

/** Looks a setting up: a host's own comes before the shared one. */
export function plainSettings(
    { virtualMachines }: HaApiLoadBalancerArgs,
    { virtualMachine }: HostArgs,
): <K extends keyof VirtualMachineArgs>(key: K) => VirtualMachineArgs[K] {
    return (key) => virtualMachine?.[key] ?? virtualMachines?.[key];
}
