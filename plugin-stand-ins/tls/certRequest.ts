import { type AltNameInputs, altNamesOf } from "./altNames";
import { type Inputs } from "./inputs";
import { signingKey } from "./keyInput";
import { nameOf, type Subject } from "./names";
import { request } from "./request";
import { tlsResource } from "./resource";

/** Who a request or a self-signed certificate is for. */
export const subjectInputs: Inputs = {
    dnsNames: { kind: "list of strings", change: "replace" },
    ipAddresses: { kind: "list of strings", nonEmptyItems: true, change: "replace" },
    subject: { kind: "map", change: "replace" },
    uris: { kind: "list of strings", nonEmptyItems: true, change: "replace" },
};

export interface SubjectSettings extends AltNameInputs {
    subject?: Subject;
}

/** `tls:index/certRequest:CertRequest`: what a certificate authority needs to make a certificate. */
export const certRequest = tlsResource<SubjectSettings>({
    inputs: subjectInputs,
    key: "privateKeyPem",
    outputs: ["certRequestPem", "keyAlgorithm"],
    make: (inputs) => {
        const key = signingKey("privateKeyPem", inputs);
        const { id, pem } = request(nameOf(inputs.subject), altNamesOf(inputs), key);
        return { id, outputs: { certRequestPem: pem, keyAlgorithm: key.algorithm } };
    },
});
