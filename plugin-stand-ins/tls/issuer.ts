import { createPublicKey, X509Certificate } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import {
    Certificate,
    id_ce_subjectKeyIdentifier,
    SubjectKeyIdentifier,
    type SubjectPublicKeyInfo,
} from "@peculiar/asn1-x509";
import { type Issuer } from "./certificate";
import { publicKeyInfo, type SigningKey } from "./keys";
import { derOf } from "./pem";

/** Reads a certificate authority's certificate and makes sure that the key is its own. */
export function readIssuer(caCertPem: string, key: SigningKey): { issuer: Issuer; isAuthority: boolean } {
    const der = derOf("caCertPem", caCertPem, "CERTIFICATE");
    let parsed: X509Certificate;
    let certificate: Certificate;
    try {
        parsed = new X509Certificate(der);
        certificate = AsnConvert.parse(der, Certificate);
    } catch {
        throw new Error("caCertPem is not a valid certificate");
    }
    const { subject, extensions, subjectPublicKeyInfo } = certificate.tbsCertificate;
    // Not by KeyObject.equals: for keys of two kinds it leaves an error behind in OpenSSL, and the next key that is
    // read fails with it.
    if (bytesOf(publicKeyInfo(createPublicKey(key.key))) !== bytesOf(subjectPublicKeyInfo)) {
        throw new Error("caPrivateKeyPem is not the key of caCertPem");
    }
    const keyId = extensions?.find(({ extnID }) => extnID === id_ce_subjectKeyIdentifier);
    return {
        issuer: { key, name: subject, keyId: keyId && AsnConvert.parse(keyId.extnValue, SubjectKeyIdentifier).buffer },
        isAuthority: parsed.ca,
    };
}

function bytesOf(key: SubjectPublicKeyInfo): string {
    return Buffer.from(AsnConvert.serialize(key)).toString("hex");
}
