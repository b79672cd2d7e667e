/** How the API describes what it takes: a type, limits, and a form for texts; and short ways to write that down. */
import type { Version } from "../access/privileges";

export type Type = "string" | "boolean" | "integer" | "number";

export interface Limits {
    minimum?: number;
    maximum?: number;
    maxLength?: number;
    /** A regular expression for the whole value. */
    pattern?: string;
    /** The values there are, in the order in which a refusal lists them. */
    oneOf?: readonly string[];
    format?: Format;
    /** Another parameter that has to be given with this one. */
    requires?: string;
    /** Releases that have it. Default: all. */
    in?: readonly Version[];
}

export interface Parameter extends Limits {
    type: Type;
    optional: boolean;
}

/** The same value under another name; where the name itself is a value, `named` is the key that it is the value of. */
export interface Alias {
    alias: string;
    named?: string;
}

/** The keys of a property string (`virtio=..,bridge=vmbr0`) by name. */
export interface Properties {
    keys: Readonly<Record<string, Parameter | Alias>>;
    /** The key of a part without one. */
    defaultKey?: string;
    /** What is checked once each key is right. */
    further?: (values: ReadonlyMap<string, string>) => void;
}

/** Refuses by throwing a FormatError (`format.ts`). */
export type Format =
    { kind: "one" | "list"; check: (value: string) => void } | { kind: "properties"; properties: Properties };

export type Parameters = Readonly<Record<string, Parameter>>;

const optional =
    (type: Type) =>
    (limits: Limits = {}): Parameter => ({ type, optional: true, ...limits });

export const text = optional("string");
export const flag = optional("boolean");
export const whole = optional("integer");
export const decimal = optional("number");
export const choice = (values: string, limits: Limits = {}): Parameter => text({ oneOf: values.split(" "), ...limits });
export const required = (parameter: Parameter): Parameter => ({ ...parameter, optional: false });

/** The same for each of the names. */
export const each = (parameter: Parameter, names: string): Parameters =>
    Object.fromEntries(names.split(" ").map((name) => [name, parameter]));

/** `net0` to `net31`, and the like. */
export const numbered = (name: string, count: number, parameter: Parameter): Parameters =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, parameter]));

/** Without what other releases have. */
export const inRelease = (version: Version, parameters: Parameters): Parameters =>
    Object.fromEntries(
        Object.entries(parameters).filter(([, { in: releases }]) => releases?.includes(version) ?? true),
    );
