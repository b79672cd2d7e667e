/** TLS at the load balancer. Private keys are not here: what is known of them is whether they were given. */
import { issuerSpec, tlsSpec } from "../inputs/tls";
import type { Problems } from "../spec/problems";
import { resolveGroup } from "../spec/resolve";
import type { Inputs } from "./inputs";
import type { Model, TlsModel } from "./model";

export const DEFAULT_VALIDITY_DAYS = issuerSpec.validityDays.fallback as number;

/** Two months before the end, or the last third of a shorter life. */
export const defaultRenewalDays = (validityDays: number): number => Math.min(60, Math.floor(validityDays / 3));

/** The TLS settings where they matter. */
export function tlsInUse({ layer, tls }: Pick<Model, "layer" | "tls">): TlsModel | undefined {
    return layer === 7 ? tls : undefined;
}

/** TLS settings at layer 4 are checked too, and kept for the day the layer changes. */
export function resolveTls(problems: Problems, given: Inputs["tls"]): TlsModel | undefined {
    if (given === undefined) return undefined;
    const { issuer, ...tls } = resolveGroup(problems, "tls", tlsSpec, given);
    if (issuer === undefined) return tls;
    const renewalDays = issuer.renewalDays ?? defaultRenewalDays(issuer.validityDays || 0);
    return { ...tls, issuer: { ...issuer, renewalDays } };
}
