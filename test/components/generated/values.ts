/** What the spec of a single value refuses, in which words, and what it takes at its limits. */
import type { Leaf } from "../../../components/spec/kinds";

/** Values of the wrong type for any number or text. */
const NO_VALUES: unknown[] = [true, [], {}];
/** Text that some forms take and others do not. */
const TEXTS = ["", " ", "a b", "\n", "\u0007", "a\u0000b", "\u00e9", "a;b", "../a", "1", "A"];

/** Values that are refused. */
export function wrongValues(leaf: Leaf): unknown[] {
    switch (leaf.kind) {
        case "integer":
            return [...aroundRange(leaf.min, leaf.max, 1), leaf.min + 0.5, ...NO_VALUES];
        case "seconds":
            return [...aroundRange(leaf.min, leaf.max, 0.001), ...NO_VALUES];
        case "hundredths":
            return [...aroundRange(leaf.min, leaf.max, 0.01), leaf.min + 0.005, ...NO_VALUES];
        case "number":
            return [Math.min(...leaf.values) - 1, Math.max(...leaf.values) + 1, String(leaf.values[0]), ...NO_VALUES];
        case "boolean":
            return ["true", "yes", 0, 1, [], {}];
        case "choice":
            return ["unheard-of", leaf.choices[0]!.toUpperCase().replace(/^[^A-Z]/, "x"), "", 5, ...NO_VALUES];
        case "text":
            return [...TEXTS.filter((text) => !leaf.pattern.test(text)), 5, ...NO_VALUES];
        case "lines":
            return ["\u0007", "\u00e9", "==== end", 5, ...NO_VALUES];
        case "certificates":
            return ["", "MIGHAgEAMBMGBy", 5, ...NO_VALUES];
        case "parsed":
            return ["", "a b", "\u0007", 5, ...NO_VALUES];
        case "secret":
            return ["hunter2}{", 5, ["hunter2"], { hunter2: 1 }];
    }
}

const aroundRange = (min: number, max: number, step: number): unknown[] => [
    min - step,
    max + step,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    String(min),
    String(max),
];

/** What a refusal says is allowed; of text that the model takes apart only how it begins. */
export function allowed(leaf: Leaf): string {
    switch (leaf.kind) {
        case "integer":
            return `must be a whole number from ${leaf.min} to ${leaf.max}`;
        case "seconds":
            return `must be a number of seconds from ${leaf.min} to ${leaf.max}`;
        case "hundredths":
            return `must be a number of seconds from ${leaf.min} to ${leaf.max}, in steps of 0.01`;
        case "number":
            return `must be ${leaf.values.join(" or ")}`;
        case "boolean":
            return "must be true or false";
        case "choice":
            return `must be one of ${leaf.choices.join(", ")}`;
        case "text":
            return `must be ${leaf.form}`;
        case "lines":
            return `must be lines of ${leaf.daemon} directives in plain ASCII`;
        case "certificates":
            return "must be a certificate in PEM format";
        case "parsed":
            return "must be a";
        case "secret":
            return "";
    }
}

/** As a refusal shows it. */
export const shown = (value: unknown): string =>
    (typeof value === "number" ? String(value) : JSON.stringify(value)).replace(
        /[^\x20-\x7e]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );

/** Values at the limits, and each of those that can be counted. */
export function valuesAtLimits(leaf: Leaf): unknown[] {
    switch (leaf.kind) {
        case "integer":
        case "seconds":
        case "hundredths":
            return [leaf.min, leaf.max];
        case "number":
            return [...leaf.values];
        case "boolean":
            return [true, false];
        case "choice":
            return [...leaf.choices];
        default:
            return [];
    }
}
