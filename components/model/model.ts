/**
 * The resolved model: everything the component does follows from it. Plain values, all validated, all defaults filled
 * in. What the inputs have under the same name comes from their specs; times are seconds.
 */
import type { haproxySpec } from "../inputs/haproxy";
import type { bgpPeerSpec, bgpSpec } from "../inputs/bgp";
import type { hostSpec } from "../inputs/loadBalancer";
import type { extraNetworkDeviceSpec } from "../inputs/machineParts";
import type { metricsSpec } from "../inputs/metrics";
import type { containerSpec, nginxSpec } from "../inputs/nginx";
import type { balancingSpec, listenerSpec } from "../inputs/proxy";
import type { tlsSpec } from "../inputs/tls";
import type { imageSpec, templateSpec } from "../inputs/machineSource";
import type { virtualMachineSpec } from "../inputs/virtualMachine";
import type { checkSpec, vrrpSpec } from "../inputs/vrrp";
import type { ModelOf } from "../spec/types";
import type { AsGiven } from "./asGiven";

export interface Model extends AsGiven {
    /** The virtual IPs: the one that was given as `vip`, the one of the other family, then the further ones. */
    vips: [VipModel, ...VipModel[]];
    /** Networks and addresses that clients may come from; everywhere where it is left out. */
    allowedClients?: string[];
    apiServers: EndpointModel[];
    /** The Kubernetes API first, then the further ones. */
    listeners: [ListenerModel, ...ListenerModel[]];
    /** As given; only used at layer 7 (see tlsInUse). */
    tls?: TlsModel;
    /** In the order given: most preferred first. */
    hosts: HostModel[];
    vrrp: VrrpModel;
    metrics: MetricsModel;
    /** As given; only used with announcement bgp (see bgpInUse). */
    bgp?: BgpModel;
    nginx: NginxModel;
    haproxy: HaproxyModel;
    /** Allowed, but not wise: for people, one sentence each. */
    warnings: string[];
}

export interface VipModel {
    /** The VRRP instance, which also names what the hosts keep for this VIP: its state, its rules for packets. */
    instance: string;
    /** Tells its VRRP group from others on the network. */
    routerId: number;
    address: string;
    prefixLength: number;
    /** The DNS name it was given as. */
    name?: string;
    /** Whether a host of a higher priority takes it back when it returns, and after how many seconds. */
    preempt: boolean;
    preemptDelay: number;
    /** What it is called among the inputs `vips`; absent for the API's. */
    label?: string;
    /** The host that is preferred to hold it, where that is not the first of the hosts. */
    prefers?: string;
}

/** Printed and compared as the value `Endpoint` of components/text/endpoint.ts. */
export interface EndpointModel {
    address: string;
    port: number;
}

/** One front port with its backends. The name "kube-api" is the Kubernetes API's. */
export interface ListenerModel extends Omit<ModelOf<typeof listenerSpec>, "backends" | "backendPort" | "balancing"> {
    backends: EndpointModel[];
    balancing: BalancingModel;
}

export type BalancingModel = ModelOf<typeof balancingSpec>;

/** What is public of the TLS settings; private keys take no part in the model. */
export type TlsModel = ModelOf<typeof tlsSpec>;

/** Without an interface the host finds the one that has its address. */
export interface HostModel extends Omit<ModelOf<typeof hostSpec>, "virtualMachine"> {
    virtualMachine?: VirtualMachineModel;
}

export interface VirtualMachineModel extends Omit<
    ModelOf<typeof virtualMachineSpec>,
    "template" | "image" | "nameservers" | "extraNetworkDevices" | "firewallSshSources"
> {
    source: ({ kind: "template" } & ModelOf<typeof templateSpec>) | ({ kind: "image" } & ImageModel);
    nameservers: string[];
    extraNetworkDevices: ModelOf<typeof extraNetworkDeviceSpec>[];
    /** Networks and addresses; none means everywhere. */
    firewallSshSources: string[];
}

export type ImageModel = ModelOf<typeof imageSpec>;

/** What all VIPs have in common; preemption is of `vip`. The profile is in the interval, the router id in each VIP. */
export type VrrpModel = Omit<ModelOf<typeof vrrpSpec>, "profile" | "routerId">;

/** `allowedClients`: everywhere where it is left out. */
export type MetricsModel = Omit<ModelOf<typeof metricsSpec>, "allowedClients"> & { allowedClients?: string[] };

export interface BgpModel extends Omit<ModelOf<typeof bgpSpec>, "peers"> {
    /** Each with whether it has a password, which takes no part in the model. */
    peers: (ModelOf<typeof bgpPeerSpec> & { hasPassword: boolean })[];
}

export type CheckModel = ModelOf<typeof checkSpec>;

export type HaproxyModel = ModelOf<typeof haproxySpec>;

type Nginx = ModelOf<typeof nginxSpec>;

/** Inputs that say where nginx comes from. */
export type SourceInputs = "source" | "channel" | "repository" | "signingKeyFingerprints" | "container";

export interface NginxModel extends Omit<Nginx, SourceInputs> {
    source: { kind: "distribution" } | NginxOrgModel | ContainerModel;
}

export interface ContainerModel extends ModelOf<typeof containerSpec> {
    kind: "container";
}

export interface NginxOrgModel extends Pick<Nginx, "channel" | "repository"> {
    kind: "nginx.org";
    /** Upper-case hexadecimal, sorted. */
    fingerprints: string[];
}
