/** The only place where inputs are unwrapped. */
import * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs } from "../args";
import type { Inputs } from "./inputs";
import type { Model } from "./model";
import { resolveModel } from "./resolve";

/** Checks at once when everything is known, so that the error comes before any resource is registered; else as soon as it is. */
export function resolveNowOrLater(args: HaApiLoadBalancerArgs): pulumi.Output<Model> {
    // The private key takes no part in the model: nothing that is rendered can hold it.
    const { privateKey: _privateKey, ...ssh } = args.ssh ?? {};
    const inputs = { ...args, ssh };
    return isPlain(inputs) ? pulumi.output(resolveModel(inputs as Inputs)) : pulumi.output(inputs).apply((known) => resolveModel(known as unknown as Inputs));
}

function isPlain(value: unknown): boolean {
    if (pulumi.Output.isInstance(value) || value instanceof Promise) return false;
    if (Array.isArray(value)) return value.every(isPlain);
    if (typeof value === "object" && value !== null) return Object.values(value).every(isPlain);
    return true;
}
