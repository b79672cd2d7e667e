import { randomBytes } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as x509 from "@peculiar/asn1-x509";
import { extendedKeyUsageOf, keyUsageOf } from "./allowedUses";
import { sign, signatureAlgorithm, type SigningKey, subjectKeyId } from "./keys";
import { encodePem } from "./pem";

/** The inputs that both kinds of certificate have in common. */
export interface CertificateInputs {
    allowedUses: string[];
    isCaCertificate: boolean;
    maxPathLength?: number | null;
    setAuthorityKeyId?: boolean;
    setSubjectKeyId: boolean;
    validityPeriodHours: number;
}

/** Whom a certificate is for. */
export interface Subject {
    name: x509.Name;
    publicKey: x509.SubjectPublicKeyInfo;
    altNames: x509.SubjectAlternativeName | undefined;
}

/** Who signs a certificate. */
export interface Issuer {
    key: SigningKey;
    name: x509.Name;
    keyId: ArrayBuffer | undefined;
}

/** What the state shows of a new certificate. */
export interface Issued {
    id: string;
    certPem: string;
    validityStartTime: string;
    validityEndTime: string;
}

/** Makes a certificate; without an issuer it is signed with `selfKey`. */
export function issue(
    inputs: CertificateInputs,
    subject: Subject,
    by: { issuer: Issuer } | { selfKey: SigningKey },
): Issued {
    if (inputs.isCaCertificate && subject.name.length === 0)
        throw new Error("subject must have at least one part when isCaCertificate is true");
    const keyId = inputs.isCaCertificate || inputs.setSubjectKeyId ? subjectKeyId(subject.publicKey) : undefined;
    if (inputs.setAuthorityKeyId && keyId === undefined) {
        throw new Error(
            "setAuthorityKeyId of a self-signed certificate needs its own key id: set setSubjectKeyId or " +
                "isCaCertificate as well",
        );
    }
    const issuer =
        "issuer" in by
            ? by.issuer
            : { key: by.selfKey, name: subject.name, keyId: inputs.setAuthorityKeyId ? keyId : undefined };
    const start = new Date();
    const end = new Date(start.getTime() + inputs.validityPeriodHours * 3_600_000);
    const serialNumber = newSerialNumber();
    const signature = signatureAlgorithm(issuer.key);
    const tbsCertificate = new x509.TBSCertificate({
        version: x509.Version.v3,
        serialNumber,
        signature,
        issuer: issuer.name,
        validity: new x509.Validity({ notBefore: start, notAfter: end }),
        subject: subject.name,
        subjectPublicKeyInfo: subject.publicKey,
        extensions: extensionsOf(inputs, subject, keyId, issuer.keyId),
    });
    const signatureValue = sign(AsnConvert.serialize(tbsCertificate), issuer.key);
    return {
        id: BigInt(`0x${Buffer.from(serialNumber).toString("hex")}`).toString(),
        certPem: encodePem(
            "CERTIFICATE",
            AsnConvert.serialize(
                new x509.Certificate({ tbsCertificate, signatureAlgorithm: signature, signatureValue }),
            ),
        ),
        validityStartTime: start.toISOString(),
        validityEndTime: end.toISOString(),
    };
}

/** 128 random bits, positive, in as few bytes as DER wants. */
function newSerialNumber(): ArrayBuffer {
    let digits = randomBytes(16);
    while (digits[0] === 0) digits = randomBytes(16);
    return new Uint8Array(digits[0]! >= 0x80 ? [0, ...digits] : digits).buffer;
}

/** The extensions in the order in which Go writes them. */
function extensionsOf(
    inputs: CertificateInputs,
    subject: Subject,
    keyId: ArrayBuffer | undefined,
    issuerKeyId: ArrayBuffer | undefined,
): x509.Extensions {
    const extensions = new x509.Extensions();
    const add = (extnID: string, value: unknown, critical: boolean) =>
        extensions.push(
            new x509.Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) }),
        );

    const keyUsage = keyUsageOf(inputs.allowedUses);
    if (keyUsage !== 0) add(x509.id_ce_keyUsage, new x509.KeyUsage(keyUsage), true);
    const extended = extendedKeyUsageOf(inputs.allowedUses);
    if (extended.length > 0) add(x509.id_ce_extKeyUsage, new x509.ExtendedKeyUsage(extended), false);
    add(x509.id_ce_basicConstraints, basicConstraints(inputs), true);
    if (keyId) add(x509.id_ce_subjectKeyIdentifier, new x509.SubjectKeyIdentifier(keyId), false);
    if (issuerKeyId) {
        const keyIdentifier = new x509.KeyIdentifier(issuerKeyId);
        add(x509.id_ce_authorityKeyIdentifier, new x509.AuthorityKeyIdentifier({ keyIdentifier }), false);
    }
    // Without a subject the alternative names are all there is, so a reader must not skip them.
    if (subject.altNames) add(x509.id_ce_subjectAltName, subject.altNames, subject.name.length === 0);
    return extensions;
}

/** As in Go, where 0 is the same as not set: the official provider has no way to ask for a path length of 0. */
function basicConstraints({ isCaCertificate, maxPathLength }: CertificateInputs): x509.BasicConstraints {
    const limited = (maxPathLength ?? 0) > 0;
    if (limited && !isCaCertificate) throw new Error("maxPathLength is for a certificate with isCaCertificate only");
    return new x509.BasicConstraints({
        cA: isCaCertificate,
        ...(limited ? { pathLenConstraint: maxPathLength! } : {}),
    });
}
