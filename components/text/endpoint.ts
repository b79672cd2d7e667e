/** An address or name with a port. Nothing else in this repository joins or cuts such text. */
import { Address } from "./address";

const PORT = /^[1-9]\d{0,4}$/;

export class Endpoint {
    constructor(
        /** A name where something is reached by one. */
        readonly host: Address | string,
        readonly port: number,
    ) {}

    /** For values that were validated before, as the model and the outputs hold them. */
    static of({ address, port }: { address: string; port: number }): Endpoint {
        return new Endpoint(Address.parse(address) ?? address, port);
    }

    /**
     * `10.30.100.51`, `10.30.100.51:6443`, `2001:db8::1`, `[2001:db8::1]:6443`; undefined for anything else. Without a
     * default, the port must be there.
     */
    static parse(text: unknown, defaultPort?: number): Endpoint | undefined {
        if (typeof text !== "string") return undefined;
        const { host, port = defaultPort } = Endpoint.split(text) ?? {};
        const address = Address.parse(host);
        return address === undefined || port === undefined ? undefined : new Endpoint(address, port);
    }

    /** The text before a port, whatever it is, and the port; undefined where they cannot be told apart. */
    static split(text: string): { host: string; port?: number } | undefined {
        if (Address.parse(text) !== undefined) return { host: text };
        const [whole, bracketed, plain = "", digits] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d+))?$/.exec(text) ?? [];
        // Brackets are for IPv6 and nothing else.
        if (whole === undefined || (bracketed !== undefined && Address.parse(bracketed)?.family !== 6))
            return undefined;
        if (digits === undefined) return { host: bracketed ?? plain };
        if (!PORT.test(digits) || Number(digits) > 65535) return undefined;
        return { host: bracketed ?? plain, port: Number(digits) };
    }

    /** For text that one of these printed. */
    static read(text: string): Endpoint {
        const endpoint = Endpoint.parse(text);
        if (endpoint === undefined) throw new Error(`${text} is no address with a port`);
        return endpoint;
    }

    /** The address; throws where there is a name. */
    get address(): Address {
        if (typeof this.host === "string") throw new Error(`${this.host} is no IP address`);
        return this.host;
    }

    /** `10.30.100.51:6443`, `[2001:db8::1]:6443`. */
    toString(): string {
        return `${typeof this.host === "string" ? this.host : this.host.bracketed}:${this.port}`;
    }

    /** The same without brackets, for names that may not have them: those of HAProxy's servers. */
    get name(): string {
        return `${this.host.toString()}:${this.port}`;
    }

    /** The address of a web server there. */
    url(path = ""): string {
        return `https://${this.toString()}${path}`;
    }

    equals(other: Endpoint): boolean {
        return this.toString() === other.toString();
    }
}
