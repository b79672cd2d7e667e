/** The VIP: an address, or what its name resolved to. */
import { addressWithPrefix, endpoint, isIpv4 } from "./addresses";
import { loadBalancerSpec } from "../inputs/loadBalancer";
import type { Problems } from "../spec/problems";
import { resolveMember } from "../spec/resolve";
import type { Inputs } from "./inputs";
import type { Model } from "./model";

const DEFAULT_PREFIX_LENGTH = 24;

/** The name in `k3s1api.example.com/24`; undefined when it is no name but an address, or an attempt at one. */
export function vipName(vip: unknown): string | undefined {
    const [name = ""] = typeof vip === "string" ? vip.split("/") : [];
    const isName =
        /^(?=.{1,253}$)[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\.?$/.test(
            name,
        );
    return isName && !isIpv4(name) ? name : undefined;
}

export function resolveVip(problems: Problems, inputs: Inputs): Model["vip"] | undefined {
    const name = vipName(inputs.vip);
    const dnsServers = resolveMember(problems, "dnsServers", loadBalancerSpec.dnsServers, inputs.dnsServers);
    ((dnsServers ?? []) as string[]).forEach((server, index) => endpoint(problems, `dnsServers[${index}]`, server, 53));
    if (name === undefined) return addressWithPrefix(problems, "vip", inputs.vip, DEFAULT_PREFIX_LENGTH);
    const lookup = inputs.vipLookup;
    const addresses = lookup?.addresses ?? [];
    if (addresses.length === 1) {
        const [, ...length] = inputs.vip.split("/");
        const vip = addressWithPrefix(problems, "vip", [addresses[0], ...length].join("/"), DEFAULT_PREFIX_LENGTH);
        return vip === undefined ? undefined : { ...vip, name };
    }
    if (addresses.length > 1)
        problems.add("vip", `must be the name of one address; it resolves to ${addresses.join(", ")}`, name);
    else
        problems.add(
            "vip",
            "must be a name that resolves to an IPv4 address: " +
                `${lookup?.failure ?? "it is looked up once everything else is right"}`,
            name,
        );
    return undefined;
}
