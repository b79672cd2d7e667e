/**
 * The types and names of what is made for a load balancer, by which it is found again in previews and states. Pure, for
 * readers of these that make no resource.
 */

export const COMPONENT = "ha-api-load-balancer:index:HaApiLoadBalancer";
export const VIRTUAL_MACHINE = "proxmoxve:index/vmLegacy:VmLegacy";
export const STEP = "command:remote:Command";

/** What is made for a host, in this order; a machine that was there before has no `vm`. */
export const PARTS = ["vm", "ready", "revision", "packages", "credentials", "configuration"] as const;
export type Part = (typeof PARTS)[number];

/** What the names of all parts of a host begin with. */
export const hostPrefix = (balancer: string, host: string): string => `${balancer}-${host}`;

export const partName = (prefix: string, part: Part): string => `${prefix}-${part}`;

/** Undefined for what is no part of a host, by its type, its name, and the name of its load balancer. */
export function partOf(type: string, name: string, balancer: string): { host: string; part: Part } | undefined {
    const part = PARTS.find((candidate) => name.endsWith(partName("", candidate)));
    if (part === undefined || type !== (part === "vm" ? VIRTUAL_MACHINE : STEP)) return undefined;
    const [first, last] = [hostPrefix(balancer, ""), partName("", part)];
    return name.startsWith(first) ? { host: name.slice(first.length, -last.length), part } : undefined;
}
