/**
 * Kinds of inputs. A spec says of each input of a group what kind of value it takes, within which limits, and what
 * holds when it is left out. Everything else that has to know the inputs reads it there.
 */
import type { SecretCheck } from "./secretForms";

/**
 * What may be left out: nothing (required), what the component's type lets one leave out and the model does not
 * (needed), what the model then does without (absent), what it fills in from other inputs (derived) or with the
 * default.
 */
export type Presence = "required" | "needed" | "absent" | "derived" | "default";

/** What every input has, for documents and for the checks of its presence. */
export interface About {
    /** Describes what else is allowed: what only other inputs decide. */
    also?: string;
    /** A document to read on in, as seen from docs/. */
    see?: string;
}

/** Presence of an input as its spec says it; without any of these it is required. Derived, absent: in words. */
type Absence<T> = { default: T } | { derived: string } | { absent: string } | { needed: string };
type Options<T> = About & (Absence<T> | object);
type PresenceOf<O> = O extends { default: unknown }
    ? "default"
    : O extends { derived: string }
      ? "derived"
      : O extends { absent: string }
        ? "absent"
        : O extends { needed: string }
          ? "needed"
          : "required";

/** Limits of the kinds that are single values. */
export type Kind =
    | { kind: "integer"; min: number; max: number; unit?: string }
    | { kind: "seconds" | "hundredths"; min: number; max: number }
    | { kind: "number"; values: readonly number[] }
    | { kind: "boolean" }
    | { kind: "choice"; choices: readonly string[] }
    | { kind: "text"; pattern: RegExp; form: string; inFiles: boolean; tidy: (text: string) => string }
    | { kind: "lines"; daemon: string }
    | { kind: "certificates" }
    | { kind: "parsed"; form: string }
    | { kind: "secret"; form: string; wrong: SecretCheck };

/** What resources are made by: it is plain where other inputs may be outputs of other resources. */
export interface MadeBy {
    plain?: true;
}

/** An input that is a single value: `G` as it is given, `M` as the model has it. */
export type Leaf<G = unknown, M = unknown, P extends Presence = Presence> = Kind &
    About &
    MadeBy & {
        presence: P;
        fallback?: unknown;
        /** What holds when it is left out. */
        words?: string;
        readonly $given?: G;
        readonly $resolved?: M;
    };

/** A choice among words; the type parameter is neither widened nor narrowed, so that no word can be forgotten. */
export type Choice<T extends string, P extends Presence = Presence> = Leaf<T, T, P> & {
    readonly exact?: (value: T) => T;
};

export interface Group<S extends Spec = Spec, P extends Presence = Presence> extends About, MadeBy {
    kind: "group";
    members: S;
    presence: P;
    words?: string;
    /** What one means in which nothing is set, where that is another thing than none. */
    empty?: string;
}

export interface List<E extends Leaf | Group = Leaf | Group, P extends Presence = Presence> extends About {
    kind: "list";
    entry: E;
    /** What its entries are called, where no two may be the same. */
    distinct?: string;
    presence: P;
    fallback?: readonly unknown[];
    words?: string;
}

export type Member = Leaf | Group | List;

/** The inputs of a group by name. */
export interface Spec {
    readonly [name: string]: Member;
}

function presence(options: object): { presence: Presence; fallback?: unknown; words?: string } {
    const { default: fallback, ...rest } = options as { default?: unknown } & Record<string, string | undefined>;
    if (fallback !== undefined) return { presence: "default", fallback };
    for (const each of ["derived", "absent", "needed"] as const)
        if (rest[each] !== undefined) return { presence: each, words: rest[each] };
    return { presence: "required" };
}

/** The one place where a kind and its options become a member of the type that the compiler knows. */
function member<M>(kind: Kind | { kind: "list"; entry: Leaf | Group; distinct?: string }, options: About & object): M {
    const { also, see } = options;
    return {
        ...kind,
        ...presence(options),
        ...(also === undefined ? {} : { also }),
        ...(see === undefined ? {} : { see }),
    } as M;
}

/** A whole number within limits. */
export function integer<const O extends Options<number> & { unit?: string } = object>(
    min: number,
    max: number,
    options: O = {} as O,
): Leaf<number, number, PresenceOf<O>> {
    const { unit } = options;
    return member({ kind: "integer", min, max, ...(unit === undefined ? {} : { unit }) }, options);
}

/** A port. */
export const port = <const O extends Options<number> = object>(
    options: O = {} as O,
): Leaf<number, number, PresenceOf<O>> => integer(1, 65535, options);

/** A number of seconds, fractions allowed. */
export const seconds = <const O extends Options<number> = object>(
    min: number,
    max: number,
    options: O = {} as O,
): Leaf<number, number, PresenceOf<O>> => member({ kind: "seconds", min, max }, options);

/** A number of seconds in steps of a hundredth. */
export const hundredths = <const O extends Options<number> = object>(
    min: number,
    max: number,
    options: O = {} as O,
): Leaf<number, number, PresenceOf<O>> => member({ kind: "hundredths", min, max }, options);

/** One of a few numbers. */
export const oneOfNumbers = <const V extends number, const O extends Options<V> = object>(
    values: readonly V[],
    options: O = {} as O,
): Leaf<number, V, PresenceOf<O>> => member({ kind: "number", values }, options);

export const boolean = <const O extends Options<boolean> = object>(
    options: O = {} as O,
): Leaf<boolean, boolean, PresenceOf<O>> => member({ kind: "boolean" }, options);

/** One of the values of a constant such as VrrpProfile. */
export const choice = <T extends string, const O extends Options<T> = object>(
    choices: Readonly<Record<string, T>>,
    options: O = {} as O,
): Choice<T, PresenceOf<O>> => member({ kind: "choice", choices: Object.values(choices) }, options);

/** One of a few words for which there is no constant, since the input's type is any text. */
export const oneOfWords = <const T extends string, const O extends Options<NoInfer<T>> = object>(
    choices: readonly T[],
    options: O = {} as O,
): Leaf<string, T, PresenceOf<O>> => member({ kind: "choice", choices }, options);

/**
 * Text of a pattern, which `form` describes. `inFiles`: it is written into files as it is, and may not look like
 * what hosts fill in there. `tidy`: what becomes of good text.
 */
export function text<const O extends Options<string> & { inFiles?: boolean; tidy?: (text: string) => string } = object>(
    pattern: RegExp,
    form: string,
    options: O = {} as O,
): Leaf<string, string, PresenceOf<O>> {
    const { inFiles = false, tidy = (same: string) => same } = options;
    return member({ kind: "text", pattern, form, inFiles, tidy }, options);
}

/** Lines of a daemon's own configuration language; the model has them as a list. */
export const lines = (daemon: string, options: About = {}): Leaf<string, string[], "default"> =>
    member({ kind: "lines", daemon }, { ...options, ...{ default: "" } });

/** One certificate or several, in PEM format. */
export const certificates = <const O extends Options<string> = object>(
    options: O = {} as O,
): Leaf<string, string, PresenceOf<O>> & { kind: "certificates" } => member({ kind: "certificates" }, options);

/** Text that the model takes apart itself, such as an address: `form` says what it must be. */
export const parsed = <const O extends Options<string> = object>(
    form: string,
    options: O = {} as O,
): Leaf<string, string, PresenceOf<O>> => member({ kind: "parsed", form }, options);

/** Text that takes no part in the model, and is shown nowhere. `wrong`: why it does not have its form. */
export const secret = <const O extends Options<string> = object>(
    form: string,
    wrong: SecretCheck,
    options: O = {} as O,
): Leaf<string, never, PresenceOf<O>> & { kind: "secret" } => member({ kind: "secret", form, wrong }, options);

/** An input that decides which resources there are: its type is no pulumi.Input. */
export const plain = <M extends Leaf | Group>(member: M): M & { plain: true } => ({ ...member, plain: true });

/** A group of inputs. One that may be left out is resolved all the same, with the defaults of its members. */
export function group<
    S extends Spec,
    const O extends About & { empty?: string } & ({ absent: string } | { required: true } | object) = object,
>(
    members: S,
    options: O = {} as O,
): Group<S, O extends { absent: string } ? "absent" : O extends { required: true } ? "required" : "default"> {
    const { absent, required, ...about } = options as About & { empty?: string } & { absent?: string; required?: true };
    const kind = absent === undefined ? "default" : "absent";
    return {
        kind: "group",
        members,
        presence: required === true ? "required" : kind,
        ...(absent === undefined ? {} : { words: absent }),
        ...about,
    } as never;
}

/** A list of values or groups. `distinct`: what its entries are called, where no two may be the same. */
export function list<
    E extends Leaf | Group,
    const O extends Options<readonly string[]> & { distinct?: string } = object,
>(entry: E, options: O = {} as O): List<E, PresenceOf<O>> {
    const { distinct } = options;
    return member({ kind: "list", entry, ...(distinct === undefined ? {} : { distinct }) }, options);
}
