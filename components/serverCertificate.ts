/** The certificate the load balancer shows to clients, signed by an authority the user gives. */
import type * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { IssuerArgs } from "./args";
import type { Model } from "./model/model";
import { checkedPem } from "./remote/privateKey";

export interface ServerCertificate {
    /** PEM. */
    certificate: pulumi.Output<string>;
    privateKey: pulumi.Output<string>;
}

/** Valid for the VIP, its name and further names; made anew by the first `up` after its renewal date. */
export function serverCertificate(name: string, issuer: IssuerArgs, model: pulumi.Output<Model>, parent: pulumi.Resource): ServerCertificate {
    const key = new tls.PrivateKey(`${name}-server-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, { parent });
    const settings = model.apply((plain) => plain.tls?.issuer);
    const request = new tls.CertRequest(`${name}-server-request`, {
        privateKeyPem: key.privateKeyPem,
        subject: model.apply(({ vip }) => ({ commonName: vip.name ?? vip.address })),
        ipAddresses: model.apply(({ vip }) => [vip.address]),
        dnsNames: model.apply((plain) => [...new Set([...(plain.vip.name === undefined ? [] : [plain.vip.name]), ...(plain.tls?.issuer?.dnsNames ?? [])])]),
    }, { parent });
    const signed = new tls.LocallySignedCert(`${name}-server-certificate`, {
        certRequestPem: request.certRequestPem,
        caCertPem: issuer.certificate,
        caPrivateKeyPem: checkedPem("tls.issuer.privateKey", issuer.privateKey),
        allowedUses: ["digital_signature", "server_auth"],
        validityPeriodHours: settings.apply((given) => 24 * (given?.validityDays ?? 365)),
        earlyRenewalHours: settings.apply((given) => 24 * (given?.renewalDays ?? 60)),
    }, { parent });
    return { certificate: signed.certPem, privateKey: key.privateKeyPem };
}
