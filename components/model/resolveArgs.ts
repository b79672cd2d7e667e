/** The only place where inputs are unwrapped. */
import * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs } from "../inputs";
import { loadBalancerSpec } from "../inputs/loadBalancer";
import type { Inputs } from "./inputs";
import { lookUp, lookUpNow } from "./lookUp";
import type { Model } from "./model";
import { isLater } from "../spec/later";
import { Problems, problemsIn } from "../spec/problems";
import { checkSecrets, withoutSecrets } from "../spec/secrets";
import { resolveModel } from "./resolve";
import { checkSkeleton, isPlainGroup } from "./skeleton";
import { vipName } from "./vip";

/**
 * Checks at once when everything is known, so that the error comes before any resource is registered; else what is
 * known at once, and the rest as soon as it is. A name given as VIP is looked up when all else is in order.
 */
export function resolveNowOrLater(args: HaApiLoadBalancerArgs): pulumi.Output<Model> {
    if (!isPlainGroup(args)) checkSkeleton(args);
    const inputs = withoutSecrets(loadBalancerSpec, args) as object;
    const secrets = new Problems();
    if (isPlain(inputs)) {
        checkSecrets(secrets, loadBalancerSpec, args);
        const name = vipName(args.vip);
        if (name === undefined) return pulumi.output(resolveModel(inputs as Inputs, secrets));
        refuseAllButTheName(inputs as Inputs, secrets);
        return pulumi.output(
            resolveModel({ ...(inputs as Inputs), vipLookup: lookUpNow(name, (inputs as Inputs).dnsServers) }),
        );
    }
    checkSkeleton(args);
    checkSecrets(secrets, loadBalancerSpec, args);
    secrets.throwIfAny("The inputs of HaApiLoadBalancer");
    return pulumi
        .output(inputs)
        .apply(async (known) =>
            resolveModel(await withVipAddress(known as unknown as Inputs), new Problems(), "No host was changed."),
        );
}

function refuseAllButTheName(inputs: Inputs, problems: Problems): void {
    try {
        resolveModel(inputs, problems);
    } catch (error) {
        if (problemsIn(error)?.every(({ path }) => path === "vip") !== true) throw error;
    }
}

async function withVipAddress(inputs: Inputs): Promise<Inputs> {
    const name = vipName(inputs.vip);
    return name === undefined ? inputs : { ...inputs, vipLookup: await lookUp(name, inputs.dnsServers) };
}

function isPlain(value: unknown): boolean {
    if (isLater(value)) return false;
    if (Array.isArray(value)) return value.every(isPlain);
    if (typeof value === "object" && value !== null) return Object.values(value).every(isPlain);
    return true;
}
