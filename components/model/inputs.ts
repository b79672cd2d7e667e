/** The component's inputs once every output in them is known, without the secret that the model never needs. */
import type * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs, SshArgs } from "../args";

export type Inputs = Resolved<Omit<HaApiLoadBalancerArgs, "ssh"> & { ssh: Omit<SshArgs, "privateKey"> }>;
export type HostInputs = Inputs["hosts"][number];
export type VirtualMachineInputs = NonNullable<Inputs["virtualMachines"]>;
export type VrrpInputs = NonNullable<Inputs["vrrp"]>;
export type NginxInputs = NonNullable<Inputs["nginx"]>;

/** pulumi.Unwrap would do, but it widens string constants and does not keep optional marks through nested lists. */
type Resolved<T> =
    T extends pulumi.OutputInstance<infer U> ? Resolved<U>
    : T extends Promise<infer U> ? Resolved<U>
    : T extends (infer E)[] ? Resolved<E>[]
    : T extends object ? { [K in keyof T]: Resolved<T[K]> }
    : T;
