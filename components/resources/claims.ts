/**
 * What can belong to one load balancer of a program only: the names of its hosts' resources, which are joined with
 * hyphens that names may contain, and its hosts themselves. Pulumi would say "Duplicate resource URN", and two that
 * share a host would undo each other's work on it.
 */
import * as pulumi from "@pulumi/pulumi";
import type { HostArgs } from "../inputs";
import { refusal } from "../text/refusal";

/** By what is claimed, who has it; for each run of a program, of which one process may see several. */
const claims = new WeakMap<object, Map<string, string>>();

/** Throws a pulumi.RunError that says with whom this load balancer collides, and what to do. */
export function claim(name: string, hosts: HostArgs[]): void {
    const run = pulumi.runtime.getMonitor();
    if (run === undefined) return;
    const taken = claims.get(run) ?? new Map<string, string>();
    claims.set(run, taken);
    const own = hosts.flatMap((host) => {
        const who = `"${name}" with its host ${host.name}`;
        return [
            {
                key: `name ${name}-${host.name}`,
                who,
                why: "the names of their resources would be the same, beginning with",
                what: `${name}-${host.name}`,
                way: "Rename one of the two or its host",
            },
            ...[host.address, host.address6].flatMap((address) =>
                typeof address === "string"
                    ? [
                          {
                              key: `address ${address}`,
                              who,
                              why: "the host would be the same machine",
                              what: address,
                              way: "Give each a machine of its own",
                          },
                      ]
                    : [],
            ),
        ];
    });
    for (const { key, who, why, what, way } of own) {
        const other = taken.get(key);
        if (other !== undefined)
            throw refusal(
                `HaApiLoadBalancer ${who} collides with ${other}: ${why}, ${what}. ${way}. Nothing of ` +
                    `${name} was changed.`,
            );
    }
    for (const { key, who } of own) taken.set(key, who);
}
