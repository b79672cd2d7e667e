import { createPublicKey } from "node:crypto";
import { altNamesOf } from "./altNames";
import { type CertificateInputs, issue } from "./certificate";
import { certificateInputs, certificateOutputs, certificateResource, issuedOutputs } from "./certificateResource";
import { subjectInputs, type SubjectSettings } from "./certRequest";
import { signingKey } from "./keyInput";
import { publicKeyInfo } from "./keys";
import { nameOf } from "./names";

/**
 * `tls:index/selfSignedCert:SelfSignedCert`: a certificate that its own key signs, such as a certificate authority's.
 */
export const selfSignedCert = certificateResource<CertificateInputs & SubjectSettings>({
    inputs: {
        ...certificateInputs,
        ...subjectInputs,
        setAuthorityKeyId: { kind: "boolean", default: false, change: "replace" },
    },
    key: "privateKeyPem",
    outputs: [...certificateOutputs, "keyAlgorithm"],
    make: (inputs) => {
        const key = signingKey("privateKeyPem", inputs);
        const publicKey = publicKeyInfo(createPublicKey(key.key));
        const subject = { name: nameOf(inputs.subject), publicKey, altNames: altNamesOf(inputs) };
        return issuedOutputs(issue(inputs, subject, { selfKey: key }), { keyAlgorithm: key.algorithm });
    },
});
