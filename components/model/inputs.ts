/** The component's inputs once every output in them is known, without the secrets that the model never needs. */
import type { loadBalancerSpec } from "../inputs/loadBalancer";
import type { KnownOf } from "../spec/types";

export interface Inputs extends KnownOf<typeof loadBalancerSpec> {
    /** What a name given as VIP resolved to, or why it did not. */
    vipLookup?: VipLookup;
}

/** What the inputs hold besides what users give. */
export const OURS = ["vipLookup"];

/** The outcome of asking for the VIP's name. */
export interface VipLookup {
    name: string;
    addresses: string[];
    /** Why there is no address. */
    failure?: string;
}

export type HostInputs = Inputs["hosts"][number];
export type VirtualMachineInputs = NonNullable<Inputs["virtualMachines"]>;
export type VrrpInputs = NonNullable<Inputs["vrrp"]>;
export type NginxInputs = NonNullable<Inputs["nginx"]>;
export type BalancingInputs = NonNullable<Inputs["balancing"]>;
export type ListenerInputs = NonNullable<Inputs["listeners"]>[number];
export type HaproxyInputs = NonNullable<Inputs["haproxy"]>;
