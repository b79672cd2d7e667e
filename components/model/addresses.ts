/** IPv4 addresses, networks and endpoints, strictly as people write them. */
import * as ipaddr from "ipaddr.js";
import type { Endpoint } from "./model";
import type { Path, Problems } from "../spec/problems";

/** A DNS name; what ends in digits is an address, or an attempt at one (RFC 1123, 2.1). */
export const DNS_NAME =
    /^(?=.{1,253}$)(?!(.*\.)?\d+$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

/** Four decimal octets; "010.0.0.1" and "10.1" are refused, since tools disagree on what they mean. */
export function isIpv4(value: unknown): value is string {
    return typeof value === "string" && ipaddr.IPv4.isValidFourPartDecimal(value) && !/(^|\.)0\d/.test(value);
}

/** An address a machine can have: not a network's own, not multicast, not loopback, not 0.0.0.0. */
export function hostAddress(problems: Problems, path: Path, value: unknown): string | undefined {
    if (!isIpv4(value)) {
        const hint =
            typeof value === "string" && value.includes(":") && ipaddr.IPv6.isValid(value)
                ? " (IPv6 is not supported yet)"
                : "";
        problems.add(path, `must be an IPv4 address such as 10.30.100.101${hint}`, value ?? null);
        return undefined;
    }
    const range = ipaddr.IPv4.parse(value).range();
    if (["unspecified", "broadcast", "multicast", "loopback", "linkLocal", "reserved"].includes(range)) {
        problems.add(path, `must be an address a machine can have, not a ${range} one`, value);
        return undefined;
    }
    return value;
}

/** `10.30.100.100/24`, or without a length for the default. */
export function addressWithPrefix(
    problems: Problems,
    path: Path,
    value: unknown,
    defaultLength: number,
): { address: string; prefixLength: number } | undefined {
    const [address, length, ...rest] = typeof value === "string" ? value.split("/") : [value as string | undefined];
    const prefixLength = length === undefined ? defaultLength : Number(length);
    if (
        rest.length > 0 ||
        (length !== undefined && !/^[1-9]\d?$/.test(length)) ||
        prefixLength < 8 ||
        prefixLength > 30
    ) {
        problems.add(
            path,
            "must be an IPv4 address with a prefix length from 8 to 30, such as 10.30.100.100/24",
            value ?? null,
        );
        return undefined;
    }
    const parsed = hostAddress(problems, path, address ?? null);
    if (parsed === undefined) return undefined;
    const vip = { address: parsed, prefixLength };
    return isEdge(problems, path, parsed, vip, value) ? undefined : vip;
}

/**
 * Whether an address is the first or the last one of a network, neither of which a machine can have; noted when it is.
 */
export function isEdge(
    problems: Problems,
    path: Path,
    address: string,
    network: { address: string; prefixLength: number },
    value: unknown = address,
): boolean {
    const edges = networkEdges(network.address, network.prefixLength);
    if (address !== edges.network && address !== edges.broadcast) return false;
    problems.add(
        path,
        `must not be the network's own or broadcast address (${edges.network}, ${edges.broadcast})`,
        value,
    );
    return true;
}

/** `10.30.100.51` or `10.30.100.51:6444`. */
export function endpoint(problems: Problems, path: Path, value: unknown, defaultPort: number): Endpoint | undefined {
    const [address, port, ...rest] = typeof value === "string" ? value.split(":") : [value as string | undefined];
    if (rest.length > 0 || (port !== undefined && (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65535))) {
        problems.add(
            path,
            "must be an IPv4 address, with a port from 1 to 65535 if it has its own: 10.30.100.51 or 10.30.100.51:6443",
            value,
        );
        return undefined;
    }
    const parsed = hostAddress(problems, path, address ?? null);
    return parsed === undefined
        ? undefined
        : { address: parsed, port: port === undefined ? defaultPort : Number(port) };
}

/** Whether an address lies in the network of another one. */
export function inNetwork(address: string, network: { address: string; prefixLength: number }): boolean {
    return ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parse(network.address), network.prefixLength);
}

/** The first and the last address of a network, neither of which a machine can have. */
export function networkEdges(address: string, prefixLength: number): { network: string; broadcast: string } {
    const cidr = `${address}/${prefixLength}`;
    return {
        network: ipaddr.IPv4.networkAddressFromCIDR(cidr).toString(),
        broadcast: ipaddr.IPv4.broadcastAddressFromCIDR(cidr).toString(),
    };
}
