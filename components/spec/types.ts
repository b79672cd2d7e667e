/** How a spec is tied to an interface, and which types follow from it. */
import type * as pulumi from "@pulumi/pulumi";
import type { Choice, Group, Leaf, List, Presence, Spec } from "./kinds";

/** Of pulumi.Input the plain value. */
type Plain<T> = T extends pulumi.OutputInstance<infer _> ? never : T extends Promise<infer _> ? never : T;

type MemberOf<T, P extends Presence> = [T] extends [boolean]
    ? Leaf<boolean, unknown, P>
    : [T] extends [number]
      ? Leaf<number, unknown, P>
      : [T] extends [string]
        ? string extends T
            ? Leaf<string, unknown, P>
            : Choice<T, P>
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
        undefined extends A[K] ? Exclude<Presence, "required"> : "required"
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

type GivenValue<M> =
    M extends Group<infer S>
        ? GivenOf<S>
        : M extends List<infer E>
          ? GivenValue<E>[]
          : M extends Leaf<infer G>
            ? G
            : never;

/** What a user gives of a group of inputs, in plain values. */
export type GivenOf<S> = Flat<
    { [K in Having<S, "required">]: GivenValue<S[K]> } & {
        [K in Exclude<keyof S, Having<S, "required">>]?: GivenValue<S[K]>;
    }
>;
