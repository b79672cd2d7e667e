import { hasValue, isUnknown, type Properties, unwrap } from "../shared/properties";
import { type CheckFailure } from "../shared/resource";
import { type Inputs } from "./inputs";
import { readPrivateKey, type SigningKey } from "./keys";

/**
 * The three inputs by which a resource gets a private key: the key, which the state keeps; or the same write-only,
 * which no state ever sees, with a version beside it whose change replaces the resource.
 */
export function keyInputs(name: string): Inputs {
    return {
        [name]: { kind: "string", secret: true, change: "replace if PEM" },
        [`${name}Wo`]: { kind: "string", secret: true, writeOnly: true, change: "update" },
        [`${name}WoVersion`]: { kind: "number", change: "replace" },
    };
}

/** A key is given in exactly one of the two ways; what is not known yet may turn out to be absent. */
export function checkKeyInputs(name: string, inputs: Properties): CheckFailure[] {
    const [kept, writeOnly, version] = [name, `${name}Wo`, `${name}WoVersion`].map((input) => unwrap(inputs[input]));
    const anyUnknown = [kept, writeOnly, version].some(isUnknown);
    const failures: CheckFailure[] = [];
    if (!hasValue(kept) && !hasValue(writeOnly))
        failures.push({ property: name, reason: `Missing required property '${name}' or '${name}Wo'` });
    if (anyUnknown) return failures;
    if (hasValue(kept) && hasValue(writeOnly))
        failures.push({ property: name, reason: `Only one of '${name}' and '${name}Wo' may be given` });
    if (hasValue(writeOnly) !== hasValue(version)) {
        failures.push({
            property: `${name}WoVersion`,
            reason: `'${name}Wo' and '${name}WoVersion' must be given together`,
        });
    }
    return failures;
}

/** The key, whichever way it was given. */
export function signingKey(name: string, inputs: object): SigningKey {
    const texts = new Map<string, unknown>(Object.entries(inputs));
    for (const input of [`${name}Wo`, name]) {
        const pem = texts.get(input);
        if (typeof pem === "string") return readPrivateKey(input, pem);
    }
    throw new Error(`${name} is missing`);
}
