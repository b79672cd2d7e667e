import { AsnConvert } from "@peculiar/asn1-schema";
import { AttributeTypeAndValue, AttributeValue, Name, RelativeDistinguishedName } from "@peculiar/asn1-x509";

/** The parts of a name that Go's x509 package knows, in the order in which it writes them. */
const parts = [
    ["country", "2.5.4.6"],
    ["province", "2.5.4.8"],
    ["locality", "2.5.4.7"],
    ["streetAddresses", "2.5.4.9"],
    ["postalCode", "2.5.4.17"],
    ["organization", "2.5.4.10"],
    ["organizationalUnit", "2.5.4.11"],
    ["commonName", "2.5.4.3"],
    ["serialNumber", "2.5.4.5"],
] as const;
const emailAddress = "1.2.840.113549.1.9.1";

/** Every part of a `subject` input, for its check. */
export const subjectParts: readonly string[] = [...parts.map(([name]) => name), "emailAddress"];

/** A `subject` input. */
export type Subject = Record<string, string | string[] | null>;

/** The name that a `subject` input describes. A part without text is left out. */
export function nameOf(subject: Subject = {}): Name {
    const texts = (name: string) => [subject[name] ?? []].flat();
    const known = parts.map(([name, type]) =>
        part(type, name === "streetAddresses" ? texts(name) : texts(name).filter(Boolean)),
    );
    const email = typeof subject["emailAddress"] === "string" ? [emailPart(subject["emailAddress"])] : [];
    return new Name([...known.filter((one) => one.length > 0), ...email]);
}

/**
 * A request's name as the certificate gets it. The official provider takes over only the parts it knows and encodes
 * them again, so an e-mail address of the request gets lost.
 */
export function knownParts(name: Name): Name {
    const values = (type: string) =>
        name.flatMap((rdn) => rdn.filter((one) => one.type === type).map((one) => one.value.toString()));
    const once = ["commonName", "serialNumber"];
    const known = parts.map(([part, type]): [string, string[]] => [
        type,
        values(type).slice(once.includes(part) ? -1 : 0),
    ]);
    return new Name(known.map(([type, texts]) => part(type, texts)).filter((one) => one.length > 0));
}

/** The values of one part. DER wants a set's members sorted by their bytes. */
function part(type: string, values: string[]): RelativeDistinguishedName {
    const members = values.map((text) => new AttributeTypeAndValue({ type, value: textValue(text) }));
    const bytes = new Map(members.map((member) => [member, Buffer.from(AsnConvert.serialize(member))]));
    return new RelativeDistinguishedName(
        members.sort((left, right) => Buffer.compare(bytes.get(left)!, bytes.get(right)!)),
    );
}

function textValue(text: string): AttributeValue {
    return new AttributeValue(
        /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text) ? { printableString: text } : { utf8String: text },
    );
}

function emailPart(ia5String: string): RelativeDistinguishedName {
    return new RelativeDistinguishedName([
        new AttributeTypeAndValue({ type: emailAddress, value: new AttributeValue({ ia5String }) }),
    ]);
}
