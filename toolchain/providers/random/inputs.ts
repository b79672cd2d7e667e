import { hasValue, isObject, isUnknown, type Properties, unwrap } from "../shared/properties";
import { type CheckFailure } from "../shared/resource";

export type InputKind = "boolean" | "number" | "string" | "map";

/** Checks the names and types of inputs. The reasons never repeat a value. */
export function checkTypes(inputs: Properties, kinds: Record<string, InputKind>, required: string): CheckFailure[] {
    const failures: CheckFailure[] = [];
    if (!hasValue(inputs[required])) failures.push({ property: required, reason: `Missing required property '${required}'` });
    for (const [name, value] of Object.entries(inputs)) {
        if (name === "version" || name.startsWith("__")) continue; // the engine's own
        const kind = kinds[name];
        const bare = unwrap(value);
        if (kind === undefined) failures.push({ property: name, reason: `There is no property '${name}'` });
        else if (hasValue(bare) && !isUnknown(bare) && (kind === "map" ? !isObject(bare) : typeof bare !== kind)) {
            failures.push({ property: name, reason: `'${name}' must be a ${kind}` });
        }
    }
    return failures;
}
