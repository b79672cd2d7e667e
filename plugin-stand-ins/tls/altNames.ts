import { isIP } from "node:net";
import { GeneralName, SubjectAlternativeName } from "@peculiar/asn1-x509";
import * as ipaddr from "ipaddr.js";

/** What a certificate may be used for besides its subject: the inputs `dnsNames`, `ipAddresses` and `uris`. */
export interface AltNameInputs {
    dnsNames?: string[] | null;
    ipAddresses?: string[] | null;
    uris?: string[] | null;
}

/**
 * The alternative names of a certificate or a request; undefined where there are none, since an empty list is not
 * allowed.
 */
export function altNamesOf({ dnsNames, ipAddresses, uris }: AltNameInputs): SubjectAlternativeName | undefined {
    const names = [
        ...(dnsNames ?? []).map((name) => new GeneralName({ dNSName: ascii("dnsNames", name) })),
        ...(ipAddresses ?? []).map((address) => new GeneralName({ iPAddress: canonical(address) })),
        ...(uris ?? []).map((uri) => new GeneralName({ uniformResourceIdentifier: ascii("uris", uri) })),
    ];
    return names.length === 0 ? undefined : new SubjectAlternativeName(names);
}

/** The kinds a certificate takes over from a request, in the order in which Go writes them. */
export function takenOver(names: SubjectAlternativeName | undefined): SubjectAlternativeName | undefined {
    const kinds = ["dNSName", "iPAddress", "uniformResourceIdentifier"] as const;
    const taken = kinds.flatMap((kind) => (names ?? []).filter((name) => name[kind] !== undefined));
    return taken.length === 0 ? undefined : new SubjectAlternativeName(taken);
}

function ascii(property: string, text: string): string {
    // eslint-disable-next-line no-control-regex
    if (/[^\x00-\x7f]/.test(text))
        throw new Error(
            `${property}: ${JSON.stringify(text)} has a character outside ASCII; write a domain in its xn-- form`,
        );
    return text;
}

/** IPv4 inside IPv6 is written as IPv4, as Go does. */
function canonical(address: string): string {
    if (isIP(address) === 0 || address.includes("%"))
        throw new Error(`ipAddresses: ${JSON.stringify(address)} is not an IP address`);
    return ipaddr.process(address).toString();
}
