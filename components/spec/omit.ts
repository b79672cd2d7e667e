import type { Spec } from "./kinds";

type Without<S, K> = { readonly [P in Exclude<keyof S, K>]: S[P] };

/** A group without some of its members, for those that are resolved in a way of their own. */
export function omit<S extends Spec, K extends keyof S & string>(spec: S, ...names: K[]): Without<S, K> {
    const entries = Object.entries(spec).filter(([name]) => !(names as string[]).includes(name));
    return Object.fromEntries(entries) as unknown as Without<S, K>;
}
