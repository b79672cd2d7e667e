import { standIns } from "../versions";

const text = { type: "string" };
const secretText = { ...text, secret: true };
const flag = { type: "boolean" };
const count = { type: "integer" };
/** The inputs by which a private key is given; see keyInput.ts. */
const keyOf = (name: string) => ({ [name]: secretText, [`${name}Wo`]: secretText, [`${name}WoVersion`]: count });
const texts = { type: "array", items: text };

const subjectOf = (resource: string) => ({ $ref: `#/types/tls:index/${resource}Subject:${resource}Subject` });
const subject = {
    type: "object",
    properties: {
        commonName: text,
        country: text,
        emailAddress: text,
        locality: text,
        organization: text,
        organizationalUnit: text,
        postalCode: text,
        province: text,
        serialNumber: text,
        streetAddresses: texts,
    },
};

const altNames = { dnsNames: texts, ipAddresses: texts, uris: texts };
const certificateInputs = {
    allowedUses: texts,
    earlyRenewalHours: count,
    isCaCertificate: flag,
    maxPathLength: count,
    setSubjectKeyId: flag,
    validityPeriodHours: count,
};
const certificateOutputs = { certPem: text, readyForRenewal: flag, validityEndTime: text, validityStartTime: text };

/**
 * A resource's schema; its state holds every input beside the outputs, and all of it but the optional inputs is always
 * there.
 */
function resource(
    inputs: Record<string, object>,
    outputs: Record<string, object>,
    requiredInputs: string[],
    optionalOutputs: string[] = [],
) {
    const properties = { ...inputs, ...outputs };
    const required = Object.keys(properties).filter((name) => !optionalOutputs.includes(name));
    return { properties, required: required.sort(), inputProperties: inputs, requiredInputs };
}

/** The part of the official schema that is served, without its descriptions. */
export function tlsSchema(): object {
    const optional = [...Object.keys(altNames), "subject", ...Object.keys(keyOf("privateKeyPem"))];
    return {
        name: standIns.tls.name,
        version: standIns.tls.version,
        types: {
            "tls:index/CertRequestSubject:CertRequestSubject": subject,
            "tls:index/SelfSignedCertSubject:SelfSignedCertSubject": subject,
        },
        resources: {
            "tls:index/certRequest:CertRequest": resource(
                { ...altNames, ...keyOf("privateKeyPem"), subject: subjectOf("CertRequest") },
                { certRequestPem: text, keyAlgorithm: text },
                [],
                optional,
            ),
            "tls:index/locallySignedCert:LocallySignedCert": resource(
                { ...certificateInputs, caCertPem: text, ...keyOf("caPrivateKeyPem"), certRequestPem: text },
                { ...certificateOutputs, caKeyAlgorithm: text },
                ["allowedUses", "caCertPem", "certRequestPem", "validityPeriodHours"],
                Object.keys(keyOf("caPrivateKeyPem")),
            ),
            "tls:index/privateKey:PrivateKey": resource(
                { algorithm: text, ecdsaCurve: text, rsaBits: count },
                {
                    privateKeyOpenssh: secretText,
                    privateKeyPem: secretText,
                    privateKeyPemPkcs8: secretText,
                    publicKeyFingerprintMd5: text,
                    publicKeyFingerprintSha256: text,
                    publicKeyOpenssh: text,
                    publicKeyPem: text,
                },
                ["algorithm"],
            ),
            "tls:index/selfSignedCert:SelfSignedCert": resource(
                {
                    ...certificateInputs,
                    ...altNames,
                    ...keyOf("privateKeyPem"),
                    setAuthorityKeyId: flag,
                    subject: subjectOf("SelfSignedCert"),
                },
                { ...certificateOutputs, keyAlgorithm: text },
                ["allowedUses", "validityPeriodHours"],
                optional,
            ),
        },
    };
}
