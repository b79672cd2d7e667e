/** The certificate the load balancer shows to clients, signed by an authority the user gives. */
import type * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { IssuerArgs } from "../inputs";
import type { Model } from "../model/model";
import { vipsAt } from "../model/vips";
import { DEFAULT_VALIDITY_DAYS, defaultRenewalDays } from "../model/tls";
import { checkedPem } from "./privateKey";

export interface ServerCertificate {
    /** PEM. */
    certificate: pulumi.Output<string>;
    privateKey: pulumi.Output<string>;
}

/** Valid for the VIPs at which the API is, and names; renewed by the first `up` after its renewal date. */
export function serverCertificate(
    name: string,
    issuer: IssuerArgs,
    model: pulumi.Output<Model>,
    parent: pulumi.Resource,
): ServerCertificate {
    const validityDays = issuer.validityDays ?? DEFAULT_VALIDITY_DAYS;
    const key = new tls.PrivateKey(`${name}-server-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, { parent });
    const authority = model.apply((plain) => plain.tls!.issuer!.certificate);
    const request = new tls.CertRequest(
        `${name}-server-request`,
        {
            privateKeyPem: key.privateKeyPem,
            subject: model.apply(({ vips: [vip] }) => ({ commonName: vip.name ?? vip.address })),
            ipAddresses: model.apply((plain) => vipsAt(plain, plain.listeners[0]).map(({ address }) => address)),
            dnsNames: model.apply((plain) => [
                ...new Set([...plain.vips.flatMap(({ name }) => name ?? []), ...(plain.tls?.issuer?.dnsNames ?? [])]),
            ]),
        },
        { parent },
    );
    const signed = new tls.LocallySignedCert(
        `${name}-server-certificate`,
        {
            certRequestPem: request.certRequestPem,
            caCertPem: authority,
            caPrivateKeyPem: checkedPem("tls.issuer.privateKey", issuer.privateKey),
            allowedUses: ["digital_signature", "server_auth"],
            // Plain numbers: the provider cannot plan a renewal it does not know the date of.
            validityPeriodHours: 24 * validityDays,
            earlyRenewalHours: 24 * (issuer.renewalDays ?? defaultRenewalDays(validityDays)),
        },
        { parent },
    );
    return { certificate: signed.certPem, privateKey: key.privateKeyPem };
}
