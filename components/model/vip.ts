/** The VIP: an address, or what its name resolved to; and the address of the other family beside it. */
import { Address, type Family } from "../text/address";
import { addressAlone, addressWithPrefix, DEFAULT_PREFIX_LENGTHS, endpoint } from "./addresses";
import { loadBalancerSpec } from "../inputs/loadBalancer";
import type { Path, Problems } from "../spec/problems";
import { resolveMember } from "../spec/resolve";
import type { Inputs } from "./inputs";
import type { VipModel } from "./model";

/** What the inputs `vip` and `vip6` say of it. */
export type GivenVip = Omit<VipModel, "routerId" | "preempt" | "preemptDelay">;

/** The VRRP instance of the VIP in front of the Kubernetes API. */
export const API_INSTANCE = "kube_api";

/** The name in `k3s1api.example.com/24`; undefined when it is no name but an address, or an attempt at one. */
export function vipName(vip: unknown): string | undefined {
    const [name = ""] = typeof vip === "string" ? vip.split("/") : [];
    const isName =
        /^(?=.{1,253}$)[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\.?$/.test(
            name,
        );
    return isName ? name : undefined;
}

/** In the hosts' network, whose length it tells; announced by BGP it is in none. */
function parsed(problems: Problems, path: Path, text: unknown, { announcement }: Inputs, family?: Family) {
    return announcement === "bgp"
        ? addressAlone(problems, path, text, family)
        : addressWithPrefix(problems, path, text, {
              ...(family === undefined ? {} : { family }),
              defaultLengths: DEFAULT_PREFIX_LENGTHS,
          });
}

export function resolveVip(problems: Problems, inputs: Inputs): GivenVip | undefined {
    const name = vipName(inputs.vip);
    const dnsServers = resolveMember(problems, "dnsServers", loadBalancerSpec.dnsServers, inputs.dnsServers);
    ((dnsServers ?? []) as string[]).forEach((server, index) => endpoint(problems, `dnsServers[${index}]`, server, 53));
    const vipAt = (text: string): GivenVip | undefined => {
        const vip = parsed(problems, "vip", text, inputs);
        return vip === undefined
            ? undefined
            : { instance: API_INSTANCE, ...vip, ...(name === undefined ? {} : { name }) };
    };
    if (name === undefined) return vipAt(inputs.vip);
    const lookup = inputs.vipLookup;
    const addresses = ofOneFamily(lookup?.addresses ?? []);
    if (addresses.length === 1) {
        const [, ...length] = inputs.vip.split("/");
        return vipAt([addresses[0], ...length].join("/"));
    }
    if (addresses.length > 1)
        problems.add("vip", `must be the name of one address; it resolves to ${addresses.join(", ")}`, name);
    else
        problems.add(
            "vip",
            "must be a name that resolves to an address: " +
                `${lookup?.failure ?? "it is looked up once everything else is right"}`,
            name,
        );
    return undefined;
}

/** A name of both families stands for its IPv4 address; the other one is the input `vip6`. */
function ofOneFamily(addresses: string[]): string[] {
    const inFamily = (family: number): string[] => addresses.filter((text) => Address.of(text).family === family);
    return inFamily(4).length > 0 ? inFamily(4) : inFamily(6);
}

/**
 * The IPv6 address beside an IPv4 VIP. It comes and goes with that one: the same VRRP instance has both, so that they
 * are never on two hosts, and a failover costs what it costs with one.
 */
export function resolveVip6(problems: Problems, inputs: Inputs): GivenVip | undefined {
    if (inputs.vip6 === undefined || inputs.vip6 === null) return undefined;
    const vip = parsed(problems, "vip6", inputs.vip6, inputs, 6);
    return vip === undefined ? undefined : { instance: API_INSTANCE, ...vip };
}
