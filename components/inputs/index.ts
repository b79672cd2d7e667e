/** Inputs of HaApiLoadBalancer: their types, and the values of their choices. Their specs are not for users. */
export { Announcement } from "./bgp";
export type * from "./bgp";
export type * from "./haproxy";
export type * from "./loadBalancer";
export type * from "./logs";
export { MetricsListenOn } from "./metrics";
export type * from "./metrics";
export type * from "./machineParts";
export type * from "./machineSource";
export { ContainerRuntime, NginxChannel, NginxSource } from "./nginx";
export type * from "./nginx";
export { BalancingMethod, ListenerProtocol, ListenOn, ProxyEngine } from "./proxy";
export type * from "./proxy";
export type * from "./tls";
export type * from "./vips";
export type * from "./virtualMachine";
export { CheckKind, Switchover, VrrpAuthentication, VrrpProfile, VrrpState, VrrpTransport } from "./vrrp";
export type * from "./vrrp";
