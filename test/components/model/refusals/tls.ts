/** TLS at the load balancer: what goes together, and what layer 7 needs. */
import type { Inputs } from "../../../../components/model/inputs";
import { CERTIFICATE, existingMachines, layer7 } from "../../support";
import { type Line, refused, type Topic } from "./refusal";

const issued = (): Inputs => layer7({ tls: { issuer: { certificate: CERTIFICATE } } });
const withoutSettings = (): Inputs => layer7({ tls: {} });

const OF_LAYER_7: Line[] = [
    ["layer 7 with HAProxy", { engine: "haproxy" }, "4 with the engine haproxy ... received 7", "layer"],
    ["no authority of the cluster", { clusterCertificateAuthority: undefined }, "must be given for layer 7"],
    ["layer 7 without tls", { tls: undefined }, "must be given for layer 7"],
    ["neither certificate nor issuer", { tls: {} }, "a certificate with its privateKey, or an issuer"],
    ["template and image", { "tls.issuer": { certificate: CERTIFICATE } }, "must not be given together"],
    ["a client certificate alone", { "tls.clientCertificate": CERTIFICATE }, "given with", "tls.clientPrivateKey"],
    ["a client key alone", { "tls.hasClientPrivateKey": true }, "must be given with", "tls.clientCertificate"],
    ["users alone", { "tls.clientCertificateAuthority": CERTIFICATE }, "a front proxy", "tls.clientCertificate"],
    ["a name that is none", { "tls.apiServerName": "a b;" }, "a DNS name"],
    ["an address as name, in no certificate", { "tls.apiServerName": "10.30.100.51" }, 'not an address ... 100.51"'],
];

const OF_NEITHER: Line[] = [
    ["a key alone", { "tls.hasPrivateKey": true }, "must be given with tls.privateKey", "tls.certificate"],
    ["a certificate alone", { "tls.certificate": CERTIFICATE }, "with tls.certificate", "tls.privateKey"],
];

const OF_MACHINES: Line[] = [
    ["the same at layer 4", { "tls.certificate": CERTIFICATE }, "must be given", "tls.privateKey"],
];

const OF_ISSUER: Line[] = [
    ["an address as DNS name", { "tls.issuer.dnsNames[0]": "256.1.1.1" }, "a DNS name, not an address"],
    ["a wildcard that is none", { "tls.issuer.dnsNames[0]": "*.." }, 'a DNS name, not an address; received "*.."'],
    ["a renewal before the start", { "tls.issuer.renewalDays": 365 }, "than tls.issuer.validityDays, 365; received"],
];

export const TLS: Topic = {
    refused: [
        ...refused(layer7, OF_LAYER_7),
        ...refused(withoutSettings, OF_NEITHER),
        ...refused(existingMachines, OF_MACHINES),
        ...refused(issued, OF_ISSUER),
    ],
    accepted: [],
};
