/** A resource as rules see it: plain, whether it comes from the engine, from a recorded preview or from a state. */

export interface Resource {
    urn: string;
    type: string;
    name: string;
    /** Its inputs; of a finished stack its outputs too, where no input has the same name. */
    props: Record<string, unknown>;
    /** URN. */
    parent?: string;
    protect: boolean;
}

/** Stands for a value that is secret. */
export const SECRET = Symbol("secret");

/** Stands for a value that only the deployment will tell. */
export const UNKNOWN = Symbol("unknown");

/** An input as text; undefined where there is none, or none that can be read. */
export function textOf({ props }: Resource, name: string): string | undefined {
    const value = props[name];
    return typeof value === "string" ? value : undefined;
}
