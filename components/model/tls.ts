/** TLS at the load balancer. Private keys are not here: what is known of them is whether they were given. */
import { DNS_NAME } from "./addresses";
import { integer, list, oneOf, settings, text } from "./checks";
import type { Inputs, TlsInputs } from "./inputs";
import type { Model, TlsModel } from "./model";
import { certificates } from "./pem";
import type { Problems } from "./problems";

export const DEFAULT_VALIDITY_DAYS = 365;

/** Two months before the end, or the last third of a shorter life. */
export const defaultRenewalDays = (validityDays: number): number => Math.min(60, Math.floor(validityDays / 3));

/** The TLS settings where they matter. */
export function tlsInUse({ layer, tls }: Pick<Model, "layer" | "tls">): TlsModel | undefined {
    return layer === 7 ? tls : undefined;
}

/**
 * Layer 7 without TLS settings is refused; TLS settings at layer 4 are checked and kept for the day the layer changes.
 */
export function resolveTls(
    problems: Problems,
    inputs: Inputs,
    layer: Model["layer"],
    engine: Model["engine"],
): TlsModel | undefined {
    if (layer === 7 && engine === "haproxy")
        problems.add("layer", "must be 4 with the engine haproxy (layer 7 needs the engine nginx)", layer);
    if (layer === 7 && inputs.clusterCertificateAuthority === undefined) {
        problems.add(
            "clusterCertificateAuthority",
            "must be given for layer 7: the load balancer then speaks TLS with the API servers itself and " +
                "verifies them",
        );
    }
    if (inputs.tls === undefined) {
        if (layer === 7)
            problems.add("tls", "must be given for layer 7: a certificate with its privateKey, or an issuer");
        return undefined;
    }
    const tls = settings(problems, "tls", inputs.tls);
    checkCombination(problems, tls);
    return {
        minimumVersion: oneOf(problems, "tls.minimumVersion", (tls.minimumVersion ?? "1.2") as "1.2" | "1.3", [
            "1.2",
            "1.3",
        ]),
        apiServerName: text(
            problems,
            "tls.apiServerName",
            tls.apiServerName ?? "kubernetes",
            DNS_NAME,
            "a DNS name such as kubernetes, not an address (nginx looks for names only)",
        ),
        ...(tls.certificate === undefined
            ? {}
            : { certificate: certificates(problems, "tls.certificate", tls.certificate) }),
        ...(tls.issuer === undefined ? {} : { issuer: resolveIssuer(problems, tls.issuer) }),
        ...(tls.clientCertificate === undefined
            ? {}
            : { clientCertificate: certificates(problems, "tls.clientCertificate", tls.clientCertificate) }),
        ...(tls.clientCertificateAuthority === undefined
            ? {}
            : {
                  clientCertificateAuthority: certificates(
                      problems,
                      "tls.clientCertificateAuthority",
                      tls.clientCertificateAuthority,
                  ),
              }),
    };
}

function checkCombination(problems: Problems, tls: Partial<TlsInputs>): void {
    const given = tls.certificate !== undefined || tls.hasPrivateKey === true;
    if (given && tls.issuer !== undefined)
        problems.add("tls.issuer", "must not be given together with tls.certificate and tls.privateKey");
    if (!given && tls.issuer === undefined)
        problems.add("tls", "must name a certificate with its privateKey, or an issuer");
    if (given && tls.certificate === undefined) problems.add("tls.certificate", "must be given with tls.privateKey");
    if (given && tls.hasPrivateKey !== true) problems.add("tls.privateKey", "must be given with tls.certificate");
    if (tls.clientCertificate !== undefined && tls.hasClientPrivateKey !== true)
        problems.add("tls.clientPrivateKey", "must be given with tls.clientCertificate");
    if (tls.clientCertificate === undefined && tls.hasClientPrivateKey === true)
        problems.add("tls.clientCertificate", "must be given with tls.clientPrivateKey");
    if (tls.clientCertificateAuthority !== undefined && tls.clientCertificate === undefined) {
        problems.add(
            "tls.clientCertificate",
            "must be given with tls.clientCertificateAuthority: API servers take a user's name only from a " +
                "front proxy that shows its certificate",
        );
    }
}

function resolveIssuer(problems: Problems, given: NonNullable<TlsInputs["issuer"]>): NonNullable<TlsModel["issuer"]> {
    const issuer = settings(problems, "tls.issuer", given);
    const validityDays = integer(
        problems,
        "tls.issuer.validityDays",
        issuer.validityDays ?? DEFAULT_VALIDITY_DAYS,
        1,
        3650,
    );
    const renewalDays = integer(
        problems,
        "tls.issuer.renewalDays",
        issuer.renewalDays ?? defaultRenewalDays(validityDays || 0),
        0,
        3650,
    );
    if (renewalDays >= validityDays)
        problems.add(
            "tls.issuer.renewalDays",
            `must be less than tls.issuer.validityDays, ${validityDays}`,
            renewalDays,
        );
    return {
        certificate: certificates(problems, "tls.issuer.certificate", issuer.certificate as string),
        dnsNames: list(problems, "tls.issuer.dnsNames", issuer.dnsNames).map((name, index) =>
            text(problems, `tls.issuer.dnsNames[${index}]`, name, DNS_NAME, "a DNS name, not an address"),
        ),
        validityDays,
        renewalDays,
    };
}
