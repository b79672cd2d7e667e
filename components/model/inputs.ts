/** The component's inputs once every output in them is known, without the secrets that the model never needs. */
import type * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs, IssuerArgs, SshArgs, TlsArgs, VrrpArgs } from "../inputs";

type Public = Omit<HaApiLoadBalancerArgs, "ssh" | "vrrp" | "tls" | "kubeconfig"> & {
    ssh: Omit<SshArgs, "privateKey">;
    vrrp?: Omit<VrrpArgs, "password"> & { /** Whether one was given. */ hasPassword?: boolean };
    tls?: Omit<TlsArgs, "privateKey" | "clientPrivateKey" | "issuer"> & {
        hasPrivateKey?: boolean;
        hasClientPrivateKey?: boolean;
        issuer?: Omit<IssuerArgs, "privateKey">;
    };
    /** What a name given as VIP resolved to, or why it did not. */
    vipLookup?: VipLookup;
};

/** What the inputs hold besides what users give: of secrets only whether there are any. */
export const OURS = ["vipLookup", "vrrp.hasPassword", "tls.hasPrivateKey", "tls.hasClientPrivateKey"];

/** The outcome of asking for the VIP's name. */
export interface VipLookup {
    name: string;
    addresses: string[];
    /** Why there is no address, in words. */
    failure?: string;
}

export type Inputs = Resolved<Public>;
export type HostInputs = Inputs["hosts"][number];
export type VirtualMachineInputs = NonNullable<Inputs["virtualMachines"]>;
export type VrrpInputs = NonNullable<Inputs["vrrp"]>;
export type NginxInputs = NonNullable<Inputs["nginx"]>;
export type BalancingInputs = NonNullable<Inputs["balancing"]>;
export type ListenerInputs = NonNullable<Inputs["listeners"]>[number];
export type HaproxyInputs = NonNullable<Inputs["haproxy"]>;

/** pulumi.Unwrap would do, but it widens string constants and does not keep optional marks through nested lists. */
type Resolved<T> =
    T extends pulumi.OutputInstance<infer U>
        ? Resolved<U>
        : T extends Promise<infer U>
          ? Resolved<U>
          : T extends (infer E)[]
            ? Resolved<E>[]
            : T extends object
              ? { [K in keyof T]: Resolved<T[K]> }
              : T;
