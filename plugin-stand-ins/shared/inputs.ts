import { hasValue, isObject, isUnknown, type Properties, unwrap, type Value } from "./properties";
import { type CheckFailure } from "./resource";

export type InputKind = "boolean" | "number" | "string" | "map" | "list of strings";

/** Checks the names and types of inputs. The reasons never repeat a value. */
export function checkTypes(
    inputs: Properties,
    kinds: Record<string, InputKind>,
    ...required: string[]
): CheckFailure[] {
    const failures: CheckFailure[] = [];
    for (const name of required) {
        if (!hasValue(inputs[name])) failures.push({ property: name, reason: `Missing required property '${name}'` });
    }
    for (const [name, value] of Object.entries(inputs)) {
        if (name === "version" || name.startsWith("__")) continue; // the engine's own
        const kind = kinds[name];
        if (kind === undefined) failures.push({ property: name, reason: `There is no property '${name}'` });
        else if (!isOfKind(value, kind)) failures.push({ property: name, reason: `'${name}' must be a ${kind}` });
    }
    return failures;
}

/** What is absent or not known yet may be of any kind. */
function isOfKind(value: Value | undefined, kind: InputKind): boolean {
    const bare = unwrap(value);
    if (!hasValue(bare) || isUnknown(bare)) return true;
    if (kind === "map") return isObject(bare);
    if (kind === "list of strings") return Array.isArray(bare) && bare.every((item) => isOfKind(item, "string"));
    return typeof bare === kind;
}
