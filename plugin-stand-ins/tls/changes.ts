import { type Change, diffProperties } from "../shared/diff";
import { deepEquals, hasValue, plain, type Properties } from "../shared/properties";
import { type Inputs, keptState } from "./inputs";

/**
 * The pattern by which the official provider knows a PEM text: one line feed at its end at most, and none but line
 * feeds.
 */
const cleanPem = /^-----BEGIN [A-Za-z ]+-----\n[^]+\n-----END [A-Za-z ]+-----\n?$/;

/** The inputs that differ from the state. A value that merely became secret, or is no longer, is the same value. */
export function inputChanges(table: Inputs, state: Properties, newInputs: Properties): Change[] {
    const before = keptState(state, table);
    const after = { ...keptInputs(table, state), ...keptState(newInputs, table) };
    for (const name of Object.keys(after)) {
        if (name in before && deepEquals(plain(before[name]), plain(after[name]))) after[name] = before[name]!;
    }
    return diffProperties(before, after, (name) => {
        const { change } = table[name]!;
        const old = plain(before[name]);
        return change === "replace" || (change === "replace if PEM" && typeof old === "string" && cleanPem.test(old));
    });
}

/** What the state keeps where the new inputs say nothing. */
export function keptInputs(table: Inputs, state: Properties): Properties {
    return Object.fromEntries(Object.entries(state).filter(([name, value]) => table[name]?.kept && hasValue(value)));
}
