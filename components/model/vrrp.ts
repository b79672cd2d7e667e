/** VRRP settings, and the arithmetic of its timers. */
import { type VrrpProfile, vrrpSpec } from "../inputs/vrrp";
import type { Problems } from "../spec/problems";
import { resolveGroup } from "../spec/resolve";
import { fillCheck } from "./check";
import type { VrrpInputs } from "./inputs";
import type { VrrpModel } from "./model";
import { Address } from "../text/address";

/** Priority of the address's owner. */
export const OWNER_PRIORITY = 255;

/** The settings, and the router id where one was given. */
export function resolveVrrp(
    problems: Problems,
    given: VrrpInputs | undefined,
): { vrrp: VrrpModel; routerId: number | undefined } {
    const { profile, routerId, ...settings } = resolveGroup(problems, "vrrp", vrrpSpec, given);
    const vrrp = {
        ...settings,
        advertisementInterval: settings.advertisementInterval ?? defaultInterval(settings.version, profile),
        check: fillCheck(settings.check, settings.preempt),
    };
    return { vrrp, routerId };
}

/** Seconds between advertisements. What each costs in false failovers is measured in docs/benchmarks.md. */
const PROFILES: Record<VrrpProfile, number> = { fast: 0.05, balanced: 0.1, tolerant: 0.3 };

/** Version 2 counts whole seconds, and has no profiles. */
function defaultInterval(version: number, profile: VrrpProfile = "balanced"): number {
    return version === 2 ? 1 : PROFILES[profile];
}

/**
 * The VIP's last byte: two VIPs of one /24 never share an id by accident, and it is not the 51 that every example
 * uses. Where that is 0, which with IPv6 many end in, the id must be given (rules/vrrp.ts).
 */
export function defaultRouterId(vip: string): number {
    const octet = Address.of(vip).lastByte;
    return octet === 0 ? 255 : octet;
}

/** Seconds a backup waits without advertisements before it takes over (RFC 5798, 6.1: three intervals and the skew). */
export function masterDownInterval(advertisementInterval: number, priority: number): number {
    return 3 * advertisementInterval + skewTime(advertisementInterval, priority);
}

/** Seconds a backup waits when the master announces that it leaves. */
export function skewTime(advertisementInterval: number, priority: number): number {
    return ((256 - priority) * advertisementInterval) / 256;
}
