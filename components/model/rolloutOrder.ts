/** In which order hosts are changed, and the priorities it follows from. */

/** Where the defaults start: 255 belongs to the address owner (RFC 5798, 5.2.4), 0 means "I am leaving". */
export const HIGHEST_PRIORITY = 254;
/**
 * Far enough apart that two backups never take over at the same moment, near enough that the last one still skews by
 * milliseconds only.
 */
export const PRIORITY_STEP = 10;

/** The VRRP priority of a host that was given none: in the order of the list, the first is preferred. */
export const defaultPriority = (index: number): number => HIGHEST_PRIORITY - PRIORITY_STEP * index;

/** A rolling update: one host after the other, lowest priority first, so that the VIP moves as late as it can. */
export function rolloutOrder<H extends { priority?: number }>(hosts: H[]): H[] {
    const priority = (host: H): number => host.priority ?? defaultPriority(hosts.indexOf(host));
    return [...hosts].sort((a, b) => priority(a) - priority(b));
}
