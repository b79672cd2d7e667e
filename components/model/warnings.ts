/** Settings that are allowed because a user may need them, and what they cost. */
import type { Model } from "./model";
import { serversThatAreNoClients } from "./clients";
import { HIGHEST_PRIORITY } from "./rolloutOrder";
import { OWNER_PRIORITY } from "./vrrp";

export function warningsFor(model: Omit<Model, "warnings">): string[] {
    const { hosts, vrrp, tls, layer, listeners } = model;
    const warnings: string[] = [];
    for (const { name, priority, initialState } of hosts) {
        if (priority === OWNER_PRIORITY) {
            warnings.push(
                `${name} has priority 255, which VRRP keeps for the owner of the address: it takes the VIP ` +
                    "back at once whenever it starts, ready or not, and no lower priority can ever preempt it.",
            );
        } else if (initialState === "master" && hosts.filter((host) => host.initialState === "master").length > 1) {
            warnings.push(
                `${name} starts as master although another host does too: after a restart both hold the VIP ` +
                    "until they have heard each other.",
            );
        }
    }
    if (vrrp.authentication === "password") {
        warnings.push(
            "vrrp.authentication: the password crosses the network in clear text with every advertisement; " +
                "it separates VRRP groups on one network, but protects none. While it is changed the hosts do not " +
                "understand each other and may both hold the VIP for seconds.",
        );
    }
    if (vrrp.version === 2)
        warnings.push(
            "vrrp.version 2 counts in whole seconds: a dead master is noticed after more than " +
                `${3 * vrrp.advertisementInterval} s (version 3: 0.3 s).`,
        );
    if (!vrrp.trackProxy)
        warnings.push(
            "vrrp.trackProxy is off: a dead proxy is noticed by the check only, after up to " +
                `${vrrp.check.interval * vrrp.check.fall} s.`,
        );
    if (vrrp.check.kind === "api" && vrrp.check.weight === 0) {
        warnings.push(
            "vrrp.check.kind api with weight 0: when no API server answers, every host gives the VIP up, and " +
                "the address is gone although the load balancers are healthy. A weight below 0, with vrrp.preempt, " +
                "keeps it on one host.",
        );
    }
    if (vrrp.check.weight !== 0) warnings.push(...weightWarnings(model));
    if (layer === 7 && tls?.clientCertificate !== undefined && tls.clientCertificateAuthority === undefined) {
        warnings.push(
            "tls.clientCertificate without tls.clientCertificateAuthority: whoever reaches the VIP acts as " +
                "the user that certificate names, whatever token they send.",
        );
    }
    const filtered = hosts.some(({ virtualMachine }) => virtualMachine?.firewallIpFilter === true);
    if (filtered && vrrp.switchover === "graceful")
        warnings.push(
            "firewallIpFilter with vrrp.switchover graceful: what a host sends on for clients at a switchover " +
                "has their addresses, which the filter drops; connections under way break as with immediate.",
        );
    const refused = serversThatAreNoClients(model);
    if (refused.length > 0)
        warnings.push(
            `allowedClients has none of the networks of the API servers ${refused.join(", ")}: what on these machines ` +
                "uses the VIP, such as the kubelet, is refused.",
        );
    for (const {
        name,
        balancing: { maxFails, failTimeout },
    } of listeners) {
        if (maxFails > 0) {
            warnings.push(
                `balancing.maxFails ${maxFails} of ${name}: ` +
                    `${maxFails === 1 ? "one lost packet leaves" : `${maxFails} lost packets leave`} a backend ` +
                    `out for ${failTimeout} s, and on a network that loses some of them all backends at once; 0 ` +
                    "leaves that to the health checks.",
            );
        }
    }
    return warnings;
}

/**
 * A weight moves the VIP only if it carries the priority past that of the next host; keepalived keeps the sum between 1
 * and 254.
 */
function weightWarnings({ hosts, vrrp: { check } }: Omit<Model, "warnings">): string[] {
    const sum = (priority: number, weight: number): number =>
        Math.min(Math.max(priority + weight, 1), HIGHEST_PRIORITY);
    const [first, second] = [...hosts].sort((a, b) => b.priority - a.priority);
    const failing = first === undefined ? 0 : sum(first.priority, Math.min(check.weight, 0));
    const passing = second === undefined ? 255 : sum(second.priority, Math.max(check.weight, 0));
    return [
        `vrrp.check.weight ${check.weight}: a failed check moves the VIP only after the other hosts' timers ` +
            "ran out; 0 moves it at once.",
        ...(failing < passing
            ? []
            : [
                  `vrrp.check.weight ${check.weight} is too little: a failed check leaves ${first!.name} ` +
                      `with priority ${failing}, and ${second!.name} has no more than ${passing}, so it never ` +
                      "moves the VIP.",
              ]),
    ];
}
