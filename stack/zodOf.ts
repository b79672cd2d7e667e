/** The form of a stack's configuration that follows from the component's inputs. */
import { z } from "zod";
import type { Group, Leaf, List, Member, Presence, Spec } from "../components/spec/kinds";

/** Text that is too long for a key, or secret: a key names the file it is in. */
type InFile = { kind: "certificates" | "secret" };

type KeyOf<K extends string, M> = [M] extends [InFile] ? `${K}File` : K;

type ValueOf<M> =
    M extends Group<infer S> ? KeysOf<S> : M extends List<infer E> ? ValueOf<E>[] : M extends Leaf<infer G> ? G : never;

type IsRequired<M> = [M] extends [{ kind: "secret" }] ? false : [M] extends [{ presence: "required" }] ? true : false;

/** The keys of a group, with `File` behind the names of those that are read from files. */
export type KeysOf<S> = {
    [K in keyof S & string as IsRequired<S[K]> extends true ? KeyOf<K, S[K]> : never]: ValueOf<S[K]>;
} & { [K in keyof S & string as IsRequired<S[K]> extends true ? never : KeyOf<K, S[K]>]?: ValueOf<S[K]> };

/** Name of an input's key. */
export const keyOf = (name: string, { kind }: Member): string =>
    kind === "certificates" || kind === "secret" ? `${name}File` : name;

/** Names and types only: values are checked by the component. */
export function zodOf(member: Member): z.ZodType {
    switch (member.kind) {
        case "group":
            return z.strictObject(shapeOf(member.members));
        case "list":
            return z.array(zodOf(member.entry));
        case "boolean":
            return z.boolean();
        case "choice":
            return z.enum(member.choices as [string, ...string[]]);
        case "integer":
        case "seconds":
        case "hundredths":
        case "number":
            return z.number();
        default:
            return z.string();
    }
}

/** A secret may be a key of its own instead, so that no file of one is required. */
const mayLack = ({ kind, presence }: Member): boolean => kind === "secret" || presence !== ("required" as Presence);

/** The keys of a group. */
export function shapeOf(spec: Spec): Record<string, z.ZodType> {
    return Object.fromEntries(
        Object.entries(spec).map(([name, member]) => {
            const type = zodOf(member);
            return [keyOf(name, member), mayLack(member) ? type.optional() : type];
        }),
    );
}
