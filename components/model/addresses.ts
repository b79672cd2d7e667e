/** Addresses, networks and endpoints of the inputs: IPv4, so far, strictly as people write them. */
import { Address, Network } from "../text/address";
import { Endpoint } from "../text/endpoint";
import type { EndpointModel } from "./model";
import type { Path, Problems } from "../spec/problems";

/** An address a machine can have: not a network's own, not multicast, not loopback, not 0.0.0.0. */
export function hostAddress(problems: Problems, path: Path, value: unknown): string | undefined {
    const address = Address.parse(value);
    if (address?.family !== 4) {
        const hint = address === undefined ? "" : " (IPv6 is not supported yet)";
        problems.add(path, `must be an IPv4 address such as 10.30.100.101${hint}`, value ?? null);
        return undefined;
    }
    if (["unspecified", "broadcast", "multicast", "loopback", "linkLocal", "reserved"].includes(address.range)) {
        problems.add(path, `must be an address a machine can have, not a ${address.range} one`, value);
        return undefined;
    }
    return address.toString();
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
        // NaN too: no length was given and there is no default.
        !(prefixLength >= 8 && prefixLength <= 30)
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
    const wrong = wrongAtEdge(parsed, vip);
    if (wrong === undefined) return vip;
    problems.add(path, wrong, value);
    return undefined;
}

/** `10.30.0.0/16`, or an address: where something may come from. An address within a network does not stand for it. */
export function networkOrAddress(problems: Problems, path: Path, value: unknown): string | undefined {
    const [, host, length = "32"] = /^([^/]*)(?:\/(\d{1,2}))?$/.exec(typeof value === "string" ? value : "") ?? [];
    const address = Address.parse(host);
    const prefixLength = Number(length);
    if (address?.family !== 4 || prefixLength < 1 || prefixLength > 32) {
        const hint = address?.family === 6 ? " (IPv6 is not supported yet)" : "";
        problems.add(
            path,
            `must be an IPv4 network or address, such as 10.30.0.0/16 or 10.30.100.5${hint}`,
            value ?? null,
        );
        return undefined;
    }
    const [first] = new Network(address, prefixLength).reserved;
    if (first!.equals(address))
        return prefixLength === 32 ? address.toString() : `${address.toString()}/${prefixLength}`;
    problems.add(path, `must begin with the network's own address, ${first!.toString()}/${prefixLength}`, value);
    return undefined;
}

/**
 * Why an address cannot be a machine's when it is the first or the last one of a network; undefined when it
 * is another one.
 */
export function wrongAtEdge(address: string, network: { address: string; prefixLength: number }): string | undefined {
    const { reserved } = Network.of(network);
    return reserved.some((edge) => edge.equals(Address.of(address)))
        ? `must not be the network's own or broadcast address (${reserved.join(", ")})`
        : undefined;
}

/** `10.30.100.51` or `10.30.100.51:6444`. */
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
            "must be an IPv4 address, with a port from 1 to 65535 if it has its own: 10.30.100.51 or 10.30.100.51:6443",
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
