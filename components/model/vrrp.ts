/** VRRP settings, and the arithmetic of its timers. */
import { boolean, integer, seconds, settings } from "./checks";
import type { VrrpInputs } from "./inputs";
import type { VrrpModel } from "./model";
import type { Problems } from "./problems";

/** 255 belongs to the address owner (RFC 5798, 5.2.4), 0 means "I am leaving". */
export const HIGHEST_PRIORITY = 254;
/** Far enough apart that two backups never take over at the same moment, near enough that the last one still skews by milliseconds only. */
export const PRIORITY_STEP = 10;

export function resolveVrrp(problems: Problems, given: VrrpInputs | undefined, vip: string | undefined): VrrpModel {
    const vrrp = settings(problems, "vrrp", given);
    return {
        routerId: integer(problems, "vrrp.routerId", vrrp.routerId ?? defaultRouterId(vip), 1, 255),
        // The protocol's unit is the centisecond and keepalived takes no less; below 0.05 s any hiccup of a VM is a failover.
        advertisementInterval: seconds(problems, "vrrp.advertisementInterval", vrrp.advertisementInterval ?? 0.1, 0.05, 40),
        preempt: boolean(problems, "vrrp.preempt", vrrp.preempt ?? false),
        gratuitousArpRefresh: integer(problems, "vrrp.gratuitousArpRefresh", vrrp.gratuitousArpRefresh ?? 10, 0, 86400),
    };
}

/** The VIP's last octet: two VIPs of one /24 never share an id by accident, and it is not the 51 that every example uses. */
export function defaultRouterId(vip: string | undefined): number {
    const octet = Number(vip?.split(".")[3] ?? 1);
    return octet === 0 ? 255 : octet;
}

/** Seconds a backup waits without advertisements before it takes over (RFC 5798, 6.1: three intervals and the skew). */
export function masterDownInterval(advertisementInterval: number, priority: number): number {
    return 3 * advertisementInterval + skewTime(advertisementInterval, priority);
}

/** Seconds a backup waits when the holder says it is leaving. */
export function skewTime(advertisementInterval: number, priority: number): number {
    return ((256 - priority) * advertisementInterval) / 256;
}
