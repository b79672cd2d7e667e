/** Inputs of HaApiLoadBalancer. */
export * from "./haproxy";
export * from "./loadBalancer";
export * from "./logs";
export * from "./nginx";
export * from "./proxy";
export * from "./tls";
export * from "./virtualMachine";
export * from "./vrrp";
