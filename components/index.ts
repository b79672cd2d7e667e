/** The public surface of the package ha-api-load-balancer. */
export * from "./inputs";
export type { AccessOutput } from "./inspection/access";
export { HaApiLoadBalancer, type HostOutput } from "./haApiLoadBalancer";
