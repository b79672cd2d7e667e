/** What TLS settings must be together, and with the layer. */
import { type Candidate, type Found, group, type Rule, when } from "./rule";

export const TLS_RULES: Rule[] = [
    { name: "layer 7 by nginx only", problems: layer7ByHaproxy },
    { name: "what layer 7 needs", problems: layer7Needs },
    { name: "a certificate with its key, or an issuer", problems: certificateOrIssuer },
    { name: "a client certificate with its key", problems: clientCertificate },
    { name: "a renewal before the end", problems: renewalAfterEnd },
];

function layer7ByHaproxy({ model: { layer, engine } }: Candidate): Found[] {
    return when(
        layer === 7 && engine === "haproxy",
        "layer",
        "must be 4 with the engine haproxy (layer 7 needs the engine nginx)",
        layer,
    );
}

function layer7Needs({ given, model: { layer } }: Candidate): Found[] {
    if (layer !== 7) return [];
    return [
        ...when(
            given.clusterCertificateAuthority === undefined,
            "clusterCertificateAuthority",
            "must be given for layer 7: the load balancer then speaks TLS with the API servers itself and " +
                "verifies them",
        ),
        ...when(
            given.tls === undefined,
            "tls",
            "must be given for layer 7: a certificate with its privateKey, or an issuer",
        ),
    ];
}

function certificateOrIssuer({ given }: Candidate): Found[] {
    if (given.tls === undefined) return [];
    const { certificate, hasPrivateKey, issuer } = group(given.tls);
    const own = certificate !== undefined || hasPrivateKey === true;
    return [
        ...when(
            own && issuer !== undefined,
            "tls.issuer",
            "must not be given together with tls.certificate and tls.privateKey",
        ),
        ...when(!own && issuer === undefined, "tls", "must name a certificate with its privateKey, or an issuer"),
        ...when(own && certificate === undefined, "tls.certificate", "must be given with tls.privateKey"),
        ...when(own && hasPrivateKey !== true, "tls.privateKey", "must be given with tls.certificate"),
    ];
}

function clientCertificate({ given }: Candidate): Found[] {
    const { clientCertificate: own, hasClientPrivateKey, clientCertificateAuthority } = group(given.tls);
    return [
        ...when(
            own !== undefined && hasClientPrivateKey !== true,
            "tls.clientPrivateKey",
            "must be given with tls.clientCertificate",
        ),
        ...when(
            own === undefined && hasClientPrivateKey === true,
            "tls.clientCertificate",
            "must be given with tls.clientPrivateKey",
        ),
        ...when(
            own === undefined && clientCertificateAuthority !== undefined,
            "tls.clientCertificate",
            "must be given with tls.clientCertificateAuthority: API servers take a user's name only from a " +
                "front proxy that shows its certificate",
        ),
    ];
}

function renewalAfterEnd({ model: { tls } }: Candidate): Found[] {
    const { validityDays = 0, renewalDays = -1 } = tls?.issuer ?? {};
    return when(
        renewalDays >= validityDays,
        "tls.issuer.renewalDays",
        `must be less than tls.issuer.validityDays, ${validityDays}`,
        renewalDays,
    );
}
