/** Addresses, networks and endpoints of the inputs, strictly as people write them. */
import { Address, ADDRESS_BITS, type Family, Network } from "../text/address";
import { Endpoint } from "../text/endpoint";
import type { EndpointModel } from "./model";
import type { Path, Problems } from "../spec/problems";

/** An address of one of the families, or of either, in words. */
const IN_WORDS = {
    4: "an IPv4 address such as 10.30.100.101",
    6: "an IPv6 address such as 2001:db8::101",
    any: "an IP address such as 10.30.100.101 or 2001:db8::101",
} as const;

/** What ipaddr.js calls ranges, where people call them otherwise. */
const RANGES: Record<string, string> = {
    linkLocal: "link-local",
    ipv4Mapped: "mapped IPv4",
    rfc6052: "translated IPv4",
    rfc6145: "translated IPv4",
};

/**
 * An address a machine can have: not a network's own, not multicast, not loopback, not 0.0.0.0 or ::. Printed in its
 * canonical form.
 */
export function hostAddress(problems: Problems, path: Path, value: unknown, family?: Family): string | undefined {
    const address = Address.parse(value);
    const mixed = typeof value === "string" && /:.*\./.test(value);
    if (address === undefined || mixed || (family !== undefined && address.family !== family)) {
        problems.add(path, `must be ${IN_WORDS[family ?? "any"]}${hint(value)}`, value ?? null);
        return undefined;
    }
    if (!address.isOfMachine) {
        const range = RANGES[address.range] ?? address.range;
        problems.add(path, `must be an address a machine can have, not a ${range} one`, value);
        return undefined;
    }
    return address.toString();
}

/** Of a router, which in IPv6 often is known by its link-local address. */
export function routerAddress(problems: Problems, path: Path, value: unknown, family?: Family): string | undefined {
    const address = Address.parse(value);
    return address !== undefined && isLinkLocalIpv6(address)
        ? address.toString()
        : hostAddress(problems, path, value, family);
}

export const isLinkLocalIpv6 = (address: Address): boolean => address.family === 6 && address.range === "linkLocal";

function hint(value: unknown): string {
    if (typeof value !== "string" || !value.includes(":")) return "";
    if (value.includes("%")) return ", without a zone: other machines do not know it";
    return value.includes(".") ? ", without IPv4 notation in it" : "";
}

/** Lengths of the prefixes of networks that hosts and a VIP can share: below there are too few of them, or too many. */
export const PREFIX_LENGTHS = { 4: { least: 8, most: 30 }, 6: { least: 32, most: 126 } } as const;

/** Of a VIP that is given without one. */
export const DEFAULT_PREFIX_LENGTHS = { 4: 24, 6: 64 } as const;

/** Of `ADDRESS/LENGTH`; `own` is its family, and where it is no address the one that was wanted or seems meant. */
function parts(value: unknown, family: Family | undefined) {
    const [host, length, ...more] = typeof value === "string" ? value.split("/") : [value as string | undefined];
    const meant = typeof value === "string" && value.includes(":") ? 6 : 4;
    const own: Family = Address.parse(host)?.family ?? family ?? meant;
    return { host, length, more: more.length > 0, own };
}

/** `10.30.100.100/24`, `2001:db8::100/64`; without a length, for the default where there is one. */
export function addressWithPrefix(
    problems: Problems,
    path: Path,
    value: unknown,
    { family, defaultLengths = {} }: { family?: Family; defaultLengths?: { [F in Family]?: number } },
): { address: string; prefixLength: number } | undefined {
    const { host, length, more, own } = parts(value, family);
    const prefixLength = length === undefined ? defaultLengths[own] : Number(length);
    const { least, most } = PREFIX_LENGTHS[own];
    if (
        more ||
        (length !== undefined && !/^[1-9]\d{0,2}$/.test(length)) ||
        prefixLength === undefined ||
        prefixLength < least ||
        prefixLength > most
    ) {
        const example = own === 6 ? "2001:db8::100/64" : "10.30.100.100/24";
        const lengths = `a prefix length from ${least} to ${most}`;
        problems.add(
            path,
            `must be an IPv${own} address with ${lengths}, such as ${example}${hint(value)}`,
            value ?? null,
        );
        return undefined;
    }
    const parsed = hostAddress(problems, path, host ?? null, family);
    if (parsed === undefined) return undefined;
    const vip = { address: parsed, prefixLength };
    const wrong = wrongAtEdge(parsed, vip);
    if (wrong === undefined) return vip;
    problems.add(path, wrong, value);
    return undefined;
}

/** `10.40.0.10` or `10.40.0.10/32`, `2001:db8:40::10/128`: a network of its own, which no machine is in. */
export function addressAlone(
    problems: Problems,
    path: Path,
    value: unknown,
    family?: Family,
): { address: string; prefixLength: number } | undefined {
    const { host, length, more, own } = parts(value, family);
    const whole = ADDRESS_BITS[own];
    if (more || (length !== undefined && length !== String(whole))) {
        problems.add(
            path,
            `must have the prefix length ${whole} with announcement bgp, or none: it is an address of its own, ` +
                "in no network of machines",
            value ?? null,
        );
        return undefined;
    }
    const address = hostAddress(problems, path, host ?? null, family);
    return address === undefined ? undefined : { address, prefixLength: whole };
}

/** `10.30.0.0/16`, or an address: where something may come from. An address within a network does not stand for it. */
export function networkOrAddress(problems: Problems, path: Path, value: unknown): string | undefined {
    const [, host, length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(typeof value === "string" ? value : "") ?? [];
    const address = Address.parse(host);
    const longest = ADDRESS_BITS[address?.family ?? 4];
    const prefixLength = length === undefined ? longest : Number(length);
    if (address === undefined || prefixLength < 1 || prefixLength > longest) {
        problems.add(
            path,
            `must be an IP network or address, such as 10.30.0.0/16, 10.30.100.5 or 2001:db8::/32${hint(value)}`,
            value ?? null,
        );
        return undefined;
    }
    const [first] = new Network(address, prefixLength).reserved;
    if (first!.equals(address))
        return prefixLength === longest ? address.toString() : `${address.toString()}/${prefixLength}`;
    problems.add(path, `must begin with the network's own address, ${first!.toString()}/${prefixLength}`, value);
    return undefined;
}

/**
 * Why an address cannot be a machine's when it is the first or the last one of a network; undefined when it
 * is another one.
 */
export function wrongAtEdge(address: string, network: { address: string; prefixLength: number }): string | undefined {
    const { reserved } = Network.of(network);
    if (!reserved.some((edge) => edge.equals(Address.of(address)))) return undefined;
    return reserved.length === 1
        ? `must not be the network's own address (${reserved.join()}), which its routers have`
        : `must not be the network's own or broadcast address (${reserved.join(", ")})`;
}

/** `10.30.100.51` or `10.30.100.51:6444`; `2001:db8::51` or `[2001:db8::51]:6444`. */
export function endpoint(
    problems: Problems,
    path: Path,
    value: unknown,
    defaultPort: number,
): EndpointModel | undefined {
    const parts = typeof value === "string" ? Endpoint.split(value) : { host: value, port: undefined };
    if (parts === undefined) {
        problems.add(
            path,
            "must be an IP address, with a port from 1 to 65535 if it has its own: 10.30.100.51, 10.30.100.51:6443, " +
                `2001:db8::51 or [2001:db8::51]:6443${hint(value)}`,
            value,
        );
        return undefined;
    }
    const { host = null, port = defaultPort } = parts;
    const address = hostAddress(problems, path, host);
    return address === undefined ? undefined : { address, port };
}

/** Whether an address lies in the network of another one. */
export function inNetwork(address: string, network: { address: string; prefixLength: number }): boolean {
    return Network.of(network).contains(Address.of(address));
}
