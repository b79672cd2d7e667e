/** The VIP: an address, or what its name resolved to. */
import { addressWithPrefix, endpoint } from "./addresses";
import { loadBalancerSpec } from "../inputs/loadBalancer";
import type { Problems } from "../spec/problems";
import { resolveMember } from "../spec/resolve";
import type { Inputs } from "./inputs";
import type { VipModel } from "./model";

/** What the input `vip` says of it. */
export type GivenVip = Omit<VipModel, "routerId">;

const DEFAULT_PREFIX_LENGTH = 24;

/** The VRRP instance of the VIP in front of the Kubernetes API. */
const INSTANCE = "kube_api";

/** The name in `k3s1api.example.com/24`; undefined when it is no name but an address, or an attempt at one. */
export function vipName(vip: unknown): string | undefined {
    const [name = ""] = typeof vip === "string" ? vip.split("/") : [];
    const isName =
        /^(?=.{1,253}$)[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\.?$/.test(
            name,
        );
    return isName ? name : undefined;
}

export function resolveVip(problems: Problems, inputs: Inputs): GivenVip | undefined {
    const name = vipName(inputs.vip);
    const dnsServers = resolveMember(problems, "dnsServers", loadBalancerSpec.dnsServers, inputs.dnsServers);
    ((dnsServers ?? []) as string[]).forEach((server, index) => endpoint(problems, `dnsServers[${index}]`, server, 53));
    const vipAt = (text: string): GivenVip | undefined => {
        const vip = addressWithPrefix(problems, "vip", text, DEFAULT_PREFIX_LENGTH);
        return vip === undefined ? undefined : { instance: INSTANCE, ...vip, ...(name === undefined ? {} : { name }) };
    };
    if (name === undefined) return vipAt(inputs.vip);
    const lookup = inputs.vipLookup;
    const addresses = lookup?.addresses ?? [];
    if (addresses.length === 1) {
        const [, ...length] = inputs.vip.split("/");
        return vipAt([addresses[0], ...length].join("/"));
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
