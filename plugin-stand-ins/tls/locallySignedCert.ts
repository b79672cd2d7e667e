import { type CertificateInputs, issue } from "./certificate";
import { certificateInputs, certificateOutputs, certificateResource, issuedOutputs } from "./certificateResource";
import { readIssuer } from "./issuer";
import { signingKey } from "./keyInput";
import { readRequest } from "./request";

interface Settings extends CertificateInputs {
    caCertPem: string;
    certRequestPem: string;
}

/**
 * `tls:index/locallySignedCert:LocallySignedCert`: a certificate for a request, signed by a certificate authority whose
 * key is at hand.
 */
export const locallySignedCert = certificateResource<Settings>({
    inputs: {
        ...certificateInputs,
        caCertPem: { kind: "string", required: true, change: "replace if PEM" },
        certRequestPem: { kind: "string", required: true, change: "replace if PEM" },
    },
    key: "caPrivateKeyPem",
    outputs: [...certificateOutputs, "caKeyAlgorithm"],
    make: (inputs, { log }) => {
        const subject = readRequest("certRequestPem", inputs.certRequestPem);
        const key = signingKey("caPrivateKeyPem", inputs);
        const { issuer, isAuthority } = readIssuer(inputs.caCertPem, key);
        if (!isAuthority) {
            log.message(
                "warning",
                "caCertPem does not say that it is a certificate authority's: what it signs may not be accepted.",
            );
        }
        return issuedOutputs(issue(inputs, subject, { issuer }), { caKeyAlgorithm: key.algorithm });
    },
});
