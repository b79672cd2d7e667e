/** IP addresses and networks as values: they know their family, print themselves and are compared canonically. */
import * as ipaddr from "ipaddr.js";

export type Family = 4 | 6;

/** Bits of an address, which are the prefix length of one alone. */
export const ADDRESS_BITS = { 4: 32, 6: 128 } as const;

export class Address {
    private constructor(private readonly parsed: ipaddr.IPv4 | ipaddr.IPv6) {}

    /**
     * Undefined when the text is no address as people write it: an IPv4 address has four decimal octets. "010.0.0.1"
     * and "10.1" are refused, since tools disagree on what they mean; so are zones ("fe80::1%eth0").
     */
    static parse(text: unknown): Address | undefined {
        if (typeof text !== "string") return undefined;
        if (ipaddr.IPv4.isValidFourPartDecimal(text) && !/(^|\.)0\d/.test(text))
            return new Address(ipaddr.IPv4.parse(text));
        if (text.includes(":") && !text.includes("%") && ipaddr.IPv6.isValid(text))
            return new Address(ipaddr.IPv6.parse(text));
        return undefined;
    }

    /** For text that was validated before. */
    static of(text: string): Address {
        const address = Address.parse(text);
        if (address === undefined) throw new Error(`${text} is no IP address`);
        return address;
    }

    get family(): Family {
        return this.parsed.kind() === "ipv4" ? 4 : 6;
    }

    /** What kind of address it is: unicast, private, loopback, multicast, ... */
    get range(): string {
        return this.parsed.range();
    }

    /** Whether a machine can have it, so that others reach it from where they are. */
    get isOfMachine(): boolean {
        if (this.family === 4)
            return !["unspecified", "broadcast", "multicast", "loopback", "linkLocal", "reserved"].includes(this.range);
        // What is written in documents is tried on networks of one's own.
        return ["unicast", "uniqueLocal"].includes(this.range) || DOCUMENTATION.contains(this);
    }

    /** The canonical form (RFC 5952 for IPv6). */
    toString(): string {
        return this.parsed instanceof ipaddr.IPv6 ? this.parsed.toRFC5952String() : this.parsed.toString();
    }

    /** As it stands before a port, and in a URL: IPv6 in brackets. */
    get bracketed(): string {
        return this.family === 6 ? `[${this.toString()}]` : this.toString();
    }

    /** The address alone as a network: 10.30.100.100/32. */
    get hostRoute(): string {
        return `${this.toString()}/${ADDRESS_BITS[this.family]}`;
    }

    get lastByte(): number {
        return this.parsed.toByteArray().at(-1)!;
    }

    equals(other: Address): boolean {
        return this.toString() === other.toString();
    }
}

export class Network {
    constructor(
        /** An address in it, not necessarily the first one. */
        readonly address: Address,
        readonly prefixLength: number,
    ) {}

    /** For values that were validated before. */
    static of({ address, prefixLength }: { address: string; prefixLength: number }): Network {
        return new Network(Address.of(address), prefixLength);
    }

    /** Of ADDRESS/LENGTH, or of an address, which is a network of its own; validated before. */
    static parse(text: string): Network {
        const own = Address.parse(text);
        const [address = "", length] = (own?.hostRoute ?? text).split("/");
        return new Network(Address.of(address), Number(length));
    }

    contains(address: Address): boolean {
        if (address.family !== this.address.family) return false;
        return ipaddr.parse(address.toString()).match(ipaddr.parse(this.address.toString()), this.prefixLength);
    }

    /**
     * Addresses that no machine can have: the network's own and the broadcast address. IPv6 has no broadcast; the
     * network's own address belongs to its routers (RFC 4291, 2.6.1).
     */
    get reserved(): Address[] {
        const cidr = this.toString();
        if (this.address.family === 6) return [Address.of(ipaddr.IPv6.networkAddressFromCIDR(cidr).toString())];
        return [ipaddr.IPv4.networkAddressFromCIDR(cidr), ipaddr.IPv4.broadcastAddressFromCIDR(cidr)].map((edge) =>
            Address.of(edge.toString()),
        );
    }

    toString(): string {
        return `${this.address.toString()}/${this.prefixLength}`;
    }
}

/** The families of what has addresses, IPv4 first. */
export function familiesOf(all: { address: string }[]): Family[] {
    return [...new Set(all.map(({ address }) => Address.of(address).family))].sort();
}

const DOCUMENTATION = new Network(Address.of("2001:db8::"), 32);
