import type * as pulumi from "@pulumi/pulumi";
import { certificates, group, integer, list, oneOfWords, plain, secret, text } from "../spec/kinds";
import { DNS_NAME } from "../spec/patterns";
import { wrongPrivateKey } from "../spec/secretForms";
import type { SpecOf } from "../spec/types";

/** TLS at the load balancer: what it shows to clients, and what it shows to API servers. Only used at layer 7. */
export interface TlsArgs {
    /**
     * Certificate shown to clients, in PEM format, with the chain up to what clients trust. It must be valid for the
     * VIP. Give this and privateKey, or issuer.
     */
    certificate?: pulumi.Input<string>;
    /** Private key of the certificate, in PEM format, without a passphrase. Treated as a secret. */
    privateKey?: pulumi.Input<string>;
    /** Authority that signs a certificate made here. */
    issuer?: IssuerArgs;
    /** Oldest version of TLS spoken with clients and API servers: 1.2 or 1.3. Default: 1.2. */
    minimumVersion?: pulumi.Input<string>;
    /**
     * Certificate shown to the API servers, in PEM format. Without clientCertificateAuthority everyone who reaches the
     * VIP acts as the user this certificate names, whatever token they send; with it, it must be the API servers'
     * front-proxy client certificate.
     */
    clientCertificate?: pulumi.Input<string>;
    /** Private key of clientCertificate, in PEM format. Treated as a secret. */
    clientPrivateKey?: pulumi.Input<string>;
    /**
     * Authority that signed the certificates users log in with, in PEM format. Users then keep their identity: it is
     * passed on in the headers X-Remote-User and X-Remote-Group, which the API servers accept from their front proxy
     * (--requestheader-client-ca-file). Names and groups of letters, digits, space and . _ : @ / - only, and at most
     * four groups; any other certificate is refused. Default: bearer tokens are the only way to log in.
     */
    clientCertificateAuthority?: pulumi.Input<string>;
    /** Name the API servers' certificates are checked for. Default: kubernetes. */
    apiServerName?: pulumi.Input<string>;
}

/**
 * An authority that signs the load balancer's certificate. The certificate is made by the official provider "tls", and
 * its keys are in the stack's state, encrypted.
 */
export interface IssuerArgs {
    /** The authority's certificate, in PEM format. */
    certificate: pulumi.Input<string>;
    /**
     * The authority's private key, in PEM format. Treated as a secret; it never leaves the machine that runs Pulumi.
     */
    privateKey: pulumi.Input<string>;
    /** DNS names the certificate is valid for, besides the VIP and its name. Default: none. */
    dnsNames?: pulumi.Input<pulumi.Input<string>[]>;
    /** Days the certificate is valid. Default: 365. */
    validityDays?: number;
    /**
     * Days before its end from which the next `pulumi up` makes a new one. Default: 60, or a third of a shorter
     * validity.
     */
    renewalDays?: number;
}

/** Limits and defaults of IssuerArgs. */
export const issuerSpec = {
    certificate: certificates(),
    privateKey: secret("a private key in PEM format", wrongPrivateKey),
    dnsNames: list(text(DNS_NAME, "a DNS name, not an address"), { default: [] }),
    validityDays: plain(integer(1, 3650, { default: 365, unit: "days" })),
    renewalDays: plain(
        integer(0, 3650, {
            derived: "60, or a third of a shorter validity",
            unit: "days",
            also: "less than validityDays",
        }),
    ),
} satisfies SpecOf<IssuerArgs>;

/** Limits and defaults of TlsArgs. */
export const tlsSpec = {
    certificate: certificates({ absent: "none" }),
    privateKey: secret("a private key in PEM format", wrongPrivateKey, { absent: "none" }),
    issuer: group(issuerSpec, { absent: "none" }),
    minimumVersion: oneOfWords(["1.2", "1.3"], { default: "1.2" }),
    clientCertificate: certificates({ absent: "none" }),
    clientPrivateKey: secret("a private key in PEM format", wrongPrivateKey, { absent: "none" }),
    clientCertificateAuthority: certificates({ absent: "bearer tokens are the only way to log in" }),
    apiServerName: text(DNS_NAME, "a DNS name such as kubernetes, not an address (nginx looks for names only)", {
        default: "kubernetes",
    }),
} satisfies SpecOf<TlsArgs>;
