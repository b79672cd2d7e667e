import { createHash, createPublicKey } from "node:crypto";
import { Attributes, CertificationRequest, CertificationRequestInfo } from "@peculiar/asn1-csr";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
    Attribute,
    Extension,
    Extensions,
    id_ce_subjectAltName,
    type Name,
    SubjectAlternativeName,
} from "@peculiar/asn1-x509";
import { takenOver } from "./altNames";
import { type Subject } from "./certificate";
import { publicKeyInfo, sign, signatureAlgorithm, type SigningKey } from "./keys";
import { knownParts } from "./names";
import { derOf, encodePem } from "./pem";

/** The attribute of a request that holds the extensions it asks for (PKCS #9). */
const extensionRequest = "1.2.840.113549.1.9.14";

/** Makes a certificate request and its identifier. */
export function request(
    name: Name,
    altNames: SubjectAlternativeName | undefined,
    key: SigningKey,
): { id: string; pem: string } {
    const certificationRequestInfo = new CertificationRequestInfo({
        subject: name,
        subjectPKInfo: publicKeyInfo(createPublicKey(key.key)),
        attributes: new Attributes(altNames ? [extensionsAttribute(altNames)] : []),
    });
    const signature = sign(AsnConvert.serialize(certificationRequestInfo), key);
    const signatureAlgorithmUsed = signatureAlgorithm(key);
    const der = AsnConvert.serialize(
        new CertificationRequest({ certificationRequestInfo, signatureAlgorithm: signatureAlgorithmUsed, signature }),
    );
    return {
        id: createHash("sha1").update(Buffer.from(der)).digest("hex"),
        pem: encodePem("CERTIFICATE REQUEST", der),
    };
}

function extensionsAttribute(altNames: SubjectAlternativeName): Attribute {
    const extension = new Extension({
        extnID: id_ce_subjectAltName,
        extnValue: new OctetString(AsnConvert.serialize(altNames)),
    });
    return new Attribute({ type: extensionRequest, values: [AsnConvert.serialize(new Extensions([extension]))] });
}

/** Whom a request is for: its name, its key and its alternative names; whatever else it asks for has no effect. */
export function readRequest(property: string, pem: string): Subject {
    const der = derOf(property, pem, "CERTIFICATE REQUEST");
    try {
        const { subject, subjectPKInfo, attributes } = AsnConvert.parse(
            der,
            CertificationRequest,
        ).certificationRequestInfo;
        const wanted = (attributes ?? [])
            .filter(({ type }) => type === extensionRequest)
            .flatMap(({ values }) => values);
        const extensions = wanted.flatMap((value) => AsnConvert.parse(value, Extensions));
        const found = extensions.find(({ extnID }) => extnID === id_ce_subjectAltName);
        const altNames = found && AsnConvert.parse(found.extnValue, SubjectAlternativeName);
        return { name: knownParts(subject), publicKey: subjectPKInfo, altNames: takenOver(altNames) };
    } catch {
        throw new Error(`${property} is not a valid certificate request`);
    }
}
