/** The public surface of the package ha-api-load-balancer. */
export * from "./inputs";
export type { InspectionOutput } from "./inspection/output";
export type { HostOutput } from "./resources/hosts";
export { HaApiLoadBalancer } from "./haApiLoadBalancer";
