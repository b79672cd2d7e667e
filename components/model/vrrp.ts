/** VRRP settings, and the arithmetic of its timers. */
import { resolveCheck } from "./check";
import { boolean, hundredths, integer, oneOf, settings, text } from "./checks";
import type { VrrpInputs } from "./inputs";
import type { VrrpModel } from "./model";
import type { Problems } from "./problems";

/** Priority of the address's owner. */
export const OWNER_PRIORITY = 255;

export function resolveVrrp(problems: Problems, given: VrrpInputs | undefined, vip: string | undefined): VrrpModel {
    const vrrp = settings(problems, "vrrp", given);
    const version = integer(problems, "vrrp.version", vrrp.version ?? 3, 2, 3) as 2 | 3;
    const preempt = boolean(problems, "vrrp.preempt", vrrp.preempt ?? false);
    const authentication = oneOf(problems, "vrrp.authentication", vrrp.authentication ?? "none", ["none", "password"]);
    if (authentication === "password" && version === 3) {
        problems.add(
            "vrrp.authentication",
            "must be none with version 3, which has no passwords (set vrrp.version to 2)",
            authentication,
        );
    }
    if ((vrrp.authentication ?? "none") === "none" && vrrp.hasPassword === true)
        problems.add("vrrp.password", "is only used with vrrp.authentication password");
    return {
        routerId: integer(problems, "vrrp.routerId", vrrp.routerId ?? defaultRouterId(vip), 1, 255),
        advertisementInterval: interval(problems, version, vrrp),
        preempt,
        gratuitousArpRefresh: integer(problems, "vrrp.gratuitousArpRefresh", vrrp.gratuitousArpRefresh ?? 10, 0, 86400),
        version,
        transport: oneOf(problems, "vrrp.transport", vrrp.transport ?? "unicast", ["unicast", "multicast"]),
        authentication,
        trackProxy: boolean(problems, "vrrp.trackProxy", vrrp.trackProxy ?? true),
        switchover: oneOf(problems, "vrrp.switchover", vrrp.switchover ?? "graceful", ["graceful", "immediate"]),
        check: resolveCheck(problems, vrrp.check, preempt),
        scriptUser: text(
            problems,
            "vrrp.scriptUser",
            vrrp.scriptUser ?? "root",
            /^[a-z_][a-z0-9_-]{0,31}$/,
            "a Linux user name",
        ),
    };
}

/** Seconds between advertisements. What each costs in false failovers is measured in docs/benchmarks.md. */
const PROFILES = { fast: 0.05, balanced: 0.1, tolerant: 0.3 };

/**
 * Version 3's unit is the centisecond and keepalived takes no less; below 0.05 s any hiccup of a VM is a failover.
 * Version 2 counts seconds.
 */
function interval(
    problems: Problems,
    version: 2 | 3,
    { profile, advertisementInterval }: Pick<VrrpInputs, "profile" | "advertisementInterval">,
): number {
    const path = "vrrp.advertisementInterval";
    if (version === 2) {
        if (profile !== undefined)
            problems.add(
                "vrrp.profile",
                "is for version 3 only: version 2 counts whole seconds (vrrp.advertisementInterval)",
                profile,
            );
        return integer(problems, path, advertisementInterval ?? 1, 1, 40);
    }
    const named = oneOf(problems, "vrrp.profile", profile ?? "balanced", ["fast", "balanced", "tolerant"]);
    return hundredths(problems, path, advertisementInterval ?? PROFILES[named], 0.05, 40);
}

/**
 * The VIP's last octet: two VIPs of one /24 never share an id by accident, and it is not the 51 that every example
 * uses.
 */
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
