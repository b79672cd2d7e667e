/** From what the engine shows a policy to a plain resource. */
import { type PolicyResource, type ResourceValidationArgs, Secret, UnknownValueError } from "@pulumi/policy";
import { type Resource, SECRET, UNKNOWN } from "./resource";

export function resourceOf(args: ResourceValidationArgs | PolicyResource): Resource {
    const { urn, type, name, props, opts } = args;
    const parent = "parent" in args ? args.parent?.urn : opts.parent;
    return {
        urn,
        type,
        name,
        props: plain(props) as Record<string, unknown>,
        ...((parent ?? opts.parent) === undefined ? {} : { parent: parent ?? opts.parent }),
        protect: opts.protect,
    };
}

/** The same, with SECRET in place of what is secret. Only what is given for remediation tells secrets apart. */
export function markedResourceOf(args: Omit<ResourceValidationArgs, "asType">): Resource {
    const { urn, type, name, props, opts } = args;
    return {
        urn,
        type,
        name,
        props: marked(behindProxies(props)) as Record<string, unknown>,
        ...(opts.parent === undefined ? {} : { parent: opts.parent }),
        protect: opts.protect,
    };
}

/** The engine's objects throw when what is not known yet is read. */
function plain(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    const read = (key: string | number): unknown => {
        try {
            return plain((value as Record<string | number, unknown>)[key]);
        } catch (error) {
            if (error instanceof UnknownValueError) return UNKNOWN;
            throw error;
        }
    };
    if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => read(index));
    return Object.fromEntries(Object.keys(value).map((key) => [key, read(key)]));
}

/** Unknown values stay the texts that stand for them: they look like no secret. */
function marked(value: unknown): unknown {
    if (value instanceof Secret) return SECRET;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(marked);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, marked(item)]));
}

/** The SDK's own way, by which it sends properties back to the engine with what is secret (deserialize.ts there). */
function behindProxies(value: Record<string, unknown>): Record<string, unknown> {
    let inside = value;
    while (inside["__isSpecialProxy"] === true) inside = inside["__getSpecialProxyTarget"] as Record<string, unknown>;
    return inside;
}
