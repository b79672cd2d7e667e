/** Valid values of inputs that are numbers, choices, or true and false, at their limits too: from their specs. */
import * as fc from "fast-check";
import type { Member, Spec } from "../../../components/spec/kinds";

export type Entry = Record<string, unknown>;

export const choice = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** Some of the keys, all of them now and then. */
export const some = (keys: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Entry> =>
    fc.oneof(
        { weight: 3, arbitrary: fc.record(keys, { requiredKeys: [] }) },
        { weight: 1, arbitrary: fc.record(keys) },
    );

export const integer = (min: number, max: number): fc.Arbitrary<number> =>
    fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max));

export const seconds = (min: number, max: number): fc.Arbitrary<number> =>
    fc.oneof(
        fc.integer({ min: Math.ceil(min * 1000), max: Math.floor(max * 1000) }).map((ms) => ms / 1000),
        fc.constantFrom(min, max),
    );

export const hundredths = (min: number, max: number): fc.Arbitrary<number> =>
    fc.oneof(
        fc.integer({ min: Math.ceil(min * 100), max: Math.floor(max * 100) }).map((number) => number / 100),
        fc.constantFrom(min, max),
    );

/** Each of a group by its name, but for those that other inputs decide and those that are text. */
export function scalars(spec: Spec, ...without: string[]): Record<string, fc.Arbitrary<unknown>> {
    const found = Object.entries(spec).flatMap(([name, member]) => {
        const values = without.includes(name) ? undefined : valuesOf(member);
        return values === undefined ? [] : [[name, values] as const];
    });
    return Object.fromEntries(found);
}

function valuesOf(member: Member): fc.Arbitrary<unknown> | undefined {
    switch (member.kind) {
        case "integer":
            return integer(member.min, member.max);
        case "seconds":
            return seconds(member.min, member.max);
        case "hundredths":
            return hundredths(member.min, member.max);
        case "number":
            return fc.constantFrom(...member.values);
        case "choice":
            return fc.constantFrom(...member.choices);
        case "boolean":
            return fc.boolean();
        default:
            return undefined;
    }
}
