/** BGP settings, and what of them is in force. */
import { bgpSpec } from "../inputs/bgp";
import { isGroup } from "../spec/checks";
import type { Problems } from "../spec/problems";
import { resolveGroup } from "../spec/resolve";
import { Address } from "../text/address";
import { DEFAULT_PREFIX_LENGTHS, hostAddress } from "./addresses";
import type { Inputs } from "./inputs";
import type { BgpModel, HostModel, Model } from "./model";
import { apiVips } from "./vips";

/** BGP settings without announcement bgp are checked too, and refused by a rule. */
export function resolveBgp(problems: Problems, given: Inputs["bgp"], hosts: HostModel[]): BgpModel | undefined {
    if (given === undefined) return undefined;
    const { peers, prefixLength, ...settings } = resolveGroup(problems, "bgp", bgpSpec, given);
    const own = Address.parse(hosts.find(({ address }) => address !== "")?.address);
    return {
        ...settings,
        prefixLength: prefixLength ?? DEFAULT_PREFIX_LENGTHS[own?.family ?? 4],
        peers: peers.map(({ address, as }, index) => ({
            address: hostAddress(problems, `bgp.peers[${index}].address`, address) ?? "",
            as,
            hasPassword: hasPassword(given, index),
        })),
    };
}

function hasPassword(given: Inputs["bgp"], index: number): boolean {
    const peers: unknown = given?.peers;
    const peer: unknown = Array.isArray(peers) ? peers[index] : undefined;
    return isGroup(peer) && (peer as { hasPassword?: boolean }).hasPassword === true;
}

/** The BGP settings where the VIP is announced by BGP. */
export function bgpInUse({ announcement, bgp }: Pick<Model, "announcement" | "bgp">): BgpModel | undefined {
    return announcement === "bgp" ? bgp : undefined;
}

/** Prefix lengths of the hosts' own network: of `address`, and of `address6` beside it. */
export function ownPrefixLengths(model: Pick<Model, "announcement" | "bgp" | "vips">): {
    first: number;
    second: number;
} {
    const bgp = bgpInUse(model);
    const [vip, vip6] = apiVips(model);
    return bgp === undefined
        ? { first: vip.prefixLength, second: vip6?.prefixLength ?? DEFAULT_PREFIX_LENGTHS[6] }
        : { first: bgp.prefixLength, second: bgp.prefixLength6 };
}
