import { hasValue, isUnknown, type Properties, secret, unwrap, type Value } from "../shared/properties";
import { checkTypes, type InputKind } from "../shared/inputs";
import { type CheckFailure } from "../shared/resource";
import { subjectParts } from "./names";

/** What one input of a resource may be and what its change means. */
export interface Input {
    kind: InputKind;
    required?: true;
    /** Secret also where the program did not mark it. */
    secret?: true;
    /** Used where the resource is made; not kept, so that a change of it is not seen. */
    writeOnly?: true;
    /** What the state shows where the input is absent. */
    default?: Value;
    /** Where the input is absent, the state keeps what it has. */
    kept?: true;
    atLeast?: number;
    /** What each text must be one of. */
    oneOf?: readonly string[];
    nonEmptyItems?: true;
    /**
     * What a change does. "replace if PEM": only where the old value is a clean PEM text, because old versions of the
     * official provider kept a hash in the state instead; any other old value is overwritten and nothing is replaced.
     */
    change: "replace" | "replace if PEM" | "update";
}

export type Inputs = Record<string, Input>;

/**
 * Checks a resource's inputs and marks those that are secret by nature. The reasons never repeat a value: the value
 * beside a misspelt name may be a private key.
 */
export function checkInputs(inputs: Properties, table: Inputs): { inputs: Properties; failures: CheckFailure[] } {
    const kinds = Object.fromEntries(Object.entries(table).map(([name, { kind }]) => [name, kind]));
    const required = Object.keys(table).filter((name) => table[name]!.required);
    const failures = checkTypes(inputs, kinds, ...required);
    const wrong = new Set(failures.map(({ property }) => property));
    for (const [name, rule] of Object.entries(table)) {
        const value = unwrap(inputs[name]);
        if (!hasValue(value) || isUnknown(value) || wrong.has(name)) continue;
        const reason = outOfBounds(name, value, rule);
        if (reason !== undefined) failures.push({ property: name, reason });
        if (rule.kind === "map") failures.push(...checkSubject(value as Properties));
    }
    return { inputs: withSecrets(inputs, table), failures };
}

function outOfBounds(name: string, value: Value, { atLeast, oneOf, nonEmptyItems, kind }: Input): string | undefined {
    const texts = [value]
        .flat()
        .map(unwrap)
        .filter((text) => typeof text === "string" && !isUnknown(text)) as string[];
    if (kind === "number" && !Number.isInteger(value)) return `'${name}' must be a whole number`;
    if (atLeast !== undefined && (value as number) < atLeast) return `'${name}' must be at least ${atLeast}`;
    if (oneOf && !texts.every((text) => oneOf.includes(text)))
        return `'${name}' must be ${kind === "string" ? "" : "a list of "}${oneOf.join(", ")}`;
    return nonEmptyItems && texts.includes("") ? `'${name}' must not hold an empty text` : undefined;
}

function checkSubject(subject: Properties): CheckFailure[] {
    const kinds = Object.fromEntries(
        subjectParts.map((part): [string, InputKind] => [
            part,
            part === "streetAddresses" ? "list of strings" : "string",
        ]),
    );
    return checkTypes(subject, kinds).map(({ property, reason }) => ({ property: `subject.${property}`, reason }));
}

function withSecrets(properties: Properties, table: Inputs): Properties {
    return Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [
            name,
            table[name]?.secret && hasValue(value) ? secret(value) : value,
        ]),
    );
}

/** What the state shows of the inputs. */
export function keptState(inputs: Properties, table: Inputs): Properties {
    const kept = Object.entries(ownInputs(inputs, table)).filter(([name]) => !table[name]!.writeOnly);
    return withSecrets(Object.fromEntries(kept), table);
}

/** The inputs among properties, with the defaults that the state shows. */
export function ownInputs(properties: Properties, table: Inputs): Properties {
    const entries = Object.entries(table).map(([name, rule]): [string, Value] => [
        name,
        properties[name] ?? rule.default ?? null,
    ]);
    return Object.fromEntries(entries.filter(([, value]) => hasValue(value)));
}
