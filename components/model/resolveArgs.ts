/** The only place where inputs are unwrapped. */
import * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs } from "../inputs";
import type { Inputs } from "./inputs";
import { lookUp, lookUpNow } from "./lookUp";
import type { Model } from "./model";
import { Problems } from "../spec/problems";
import { resolveModel } from "./resolve";
import { checkSecretInputs } from "./secretInputs";
import { checkSkeleton, isPlainGroup } from "./skeleton";
import { vipName } from "./vip";

/**
 * Checks at once when everything is known, so that the error comes before any resource is registered; else what is
 * known at once, and the rest as soon as it is. A name given as VIP is looked up when all else is in order.
 */
export function resolveNowOrLater(args: HaApiLoadBalancerArgs): pulumi.Output<Model> {
    if (!isPlainGroup(args)) checkSkeleton(args);
    const inputs = withoutSecrets(args);
    const secrets = new Problems();
    if (isPlain(inputs)) {
        checkSecretInputs(secrets, args);
        const name = vipName(args.vip);
        if (name === undefined) return pulumi.output(resolveModel(inputs as Inputs, secrets));
        refuseAllButTheName(inputs as Inputs, secrets);
        return pulumi.output(
            resolveModel({ ...(inputs as Inputs), vipLookup: lookUpNow(name, (inputs as Inputs).dnsServers) }),
        );
    }
    checkSkeleton(args);
    checkSecretInputs(secrets, args);
    secrets.throwIfAny("The inputs of HaApiLoadBalancer");
    return pulumi
        .output(inputs)
        .apply(async (known) =>
            resolveModel(await withVipAddress(known as unknown as Inputs), new Problems(), "No host was changed."),
        );
}

/** Secrets take no part in the model: nothing that is rendered can hold one. */
function withoutSecrets({ kubeconfig: _kubeconfig, ...args }: HaApiLoadBalancerArgs): object {
    const inputs: Record<string, unknown> = { ...args };
    if (isGroup(args.ssh)) {
        const { privateKey: _privateKey, ...ssh } = args.ssh;
        inputs["ssh"] = ssh;
    }
    if (isGroup(args.vrrp)) {
        const { password, ...vrrp } = args.vrrp;
        inputs["vrrp"] = { ...vrrp, ...(password === undefined ? {} : { hasPassword: true }) };
    }
    if (isGroup(args.tls)) {
        const { privateKey, clientPrivateKey, issuer, ...tls } = args.tls;
        const { privateKey: _issuerKey, ...signer } = isGroup(issuer) ? issuer : {};
        inputs["tls"] = {
            ...tls,
            ...(issuer === undefined ? {} : { issuer: isGroup(issuer) ? signer : issuer }),
            hasPrivateKey: privateKey !== undefined,
            hasClientPrivateKey: clientPrivateKey !== undefined,
        };
    }
    return inputs;
}

function refuseAllButTheName(inputs: Inputs, problems: Problems): void {
    try {
        resolveModel(inputs, problems);
    } catch (error) {
        if (
            !pulumi.InputPropertiesError.isInstance(error) ||
            error.errors.some(({ propertyPath }) => propertyPath !== "vip")
        )
            throw error;
    }
}

/** What is no group of settings is left as it is, for the model's checks to refuse. */
function isGroup<T extends object>(value: T | undefined): value is T {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function withVipAddress(inputs: Inputs): Promise<Inputs> {
    const name = vipName(inputs.vip);
    return name === undefined ? inputs : { ...inputs, vipLookup: await lookUp(name, inputs.dnsServers) };
}

function isPlain(value: unknown): boolean {
    if (pulumi.Output.isInstance(value) || value instanceof Promise) return false;
    if (Array.isArray(value)) return value.every(isPlain);
    if (typeof value === "object" && value !== null) return Object.values(value).every(isPlain);
    return true;
}
