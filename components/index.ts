/** The public surface of the package ha-api-load-balancer. */
export * from "./args";
export { HaApiLoadBalancer, type HostOutput } from "./haApiLoadBalancer";
