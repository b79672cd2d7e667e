/** How a spec is tied to an interface, and which types follow from it. */
import type * as pulumi from "@pulumi/pulumi";
import type { Choice, Group, Leaf, List, Presence, Spec } from "./kinds";

/** Of pulumi.Input the plain value. */
type Plain<T> = T extends pulumi.OutputInstance<infer _> ? never : T extends Promise<infer _> ? never : T;

/** Resources are made by what can be no output: it is marked as plain. */
type MarkOf<T> = [Extract<T, Promise<unknown>>] extends [never] ? { plain: true } : unknown;

type MemberOf<T, P extends Presence, Mark = unknown> = [T] extends [boolean]
    ? Leaf<boolean, unknown, P> & Mark
    : [T] extends [number]
      ? Leaf<number, unknown, P> & Mark
      : [T] extends [string]
        ? string extends T
            ? Leaf<string, unknown, P> & Mark
            : Choice<T, P> & Mark
        : [T] extends [readonly (infer E)[]]
          ? List<EntryOf<Plain<E>>, P>
          : [T] extends [object]
            ? Group<SpecOf<T>, P>
            : never;

type EntryOf<T> = Extract<MemberOf<T, "required">, Leaf> | (T extends object ? Group<SpecOf<T>> : never);

/**
 * A spec of an interface of inputs: each of its keys and no other, each with a kind of its type. What the interface
 * requires is required; what it lets one leave out is not.
 */
export type SpecOf<A> = {
    readonly [K in keyof Required<A>]: MemberOf<
        Plain<NonNullable<A[K]>>,
        undefined extends A[K] ? Exclude<Presence, "required"> : "required",
        MarkOf<A[K]>
    >;
};

/** The keys whose members have one of these presences. */
type Having<S, P extends Presence> = {
    [K in keyof S]: S[K] extends { presence: infer Q } ? (Q extends P ? K : never) : never;
}[keyof S];

/** Inputs that the model never sees. */
type Secrets<S> = { [K in keyof S]: S[K] extends Leaf<string, never> ? K : never }[keyof S];

type Resolved<S, Missing extends Presence> = {
    [K in Exclude<keyof S, Having<S, Missing> | Secrets<S>>]: ValueOf<S[K], Missing>;
} & { [K in Exclude<Having<S, Missing>, Secrets<S>>]?: ValueOf<S[K], Missing> };

type ValueOf<M, Missing extends Presence> =
    M extends Group<infer S>
        ? Flat<Resolved<S, Missing>>
        : M extends List<infer E>
          ? ValueOf<E, Missing>[]
          : M extends Leaf<unknown, infer V>
            ? V
            : never;

type Flat<T> = { [K in keyof T]: T[K] };

/** What the model has of a group of inputs: every default filled in, also those that follow from other inputs. */
export type ModelOf<S extends Spec> = Flat<Resolved<S, "absent">>;

/** The same before those that follow from other inputs are filled in. */
export type FilledOf<S extends Spec> = Flat<Resolved<S, "absent" | "derived">>;

type KnownValue<M> =
    M extends Group<infer S>
        ? KnownOf<S>
        : M extends List<infer E>
          ? KnownValue<E>[]
          : M extends Leaf<infer G>
            ? G
            : never;

/** What a user gives of a group, in plain values; of secrets that may be left out, whether they were given. */
export type KnownOf<S> = Flat<
    { [K in Exclude<Having<S, "required">, Secrets<S>>]: KnownValue<S[K]> } & {
        [K in Exclude<keyof S, Having<S, "required"> | Secrets<S>>]?: KnownValue<S[K]>;
    } & { [K in Exclude<Secrets<S>, Having<S, "required">> & string as `has${Capitalize<K>}`]?: boolean }
>;
