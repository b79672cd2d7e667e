/** Property values as the engine sends them: JSON in which secrets, assets and unknowns carry a signature. */
export type Value = null | boolean | number | string | Value[] | Properties;

/** A resource's inputs or its state. */
export interface Properties {
    [name: string]: Value;
}

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** What stands for a value that only the real run will know. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine uses one marker per type of value; this side has to recognise all of them. */
const unknownMarkers = new Set([
    unknown,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export function isUnknown(value: Value | undefined): boolean {
    return typeof value === "string" && unknownMarkers.has(value);
}

/** Null and absent mean the same to the engine. */
export function hasValue(value: Value | undefined): value is Exclude<Value, null> {
    return value !== undefined && value !== null;
}

function isMap(value: Value | undefined): value is Properties {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A map of properties, as opposed to a secret, an asset or an archive, which are maps with a signature. */
export function isObject(value: Value | undefined): value is Properties {
    return isMap(value) && !(signatureKey in value);
}

export function isSecret(value: Value | undefined): boolean {
    return isMap(value) && value[signatureKey] === secretSignature;
}

/** Marks a value as secret, once. */
export function secret(value: Value): Value {
    return isSecret(value) ? value : { [signatureKey]: secretSignature, value };
}

/** The value inside a secret, or the value itself. */
export function unwrap(value: Value | undefined): Value {
    if (isMap(value) && isSecret(value)) return unwrap(value["value"]);
    return value ?? null;
}

/** The value without any secret mark, at any depth: what the provider works with and must never print. */
export function plain(value: Value | undefined): Value {
    const bare = unwrap(value);
    if (Array.isArray(bare)) return bare.map(plain);
    if (isMap(bare)) return Object.fromEntries(Object.entries(bare).map(([name, inner]) => [name, plain(inner)]));
    return bare;
}

/** Applies a change to the value inside a secret and keeps it secret; any other value is changed as it is. */
export function mapInside(value: Value, change: (inner: Value) => Value): Value {
    return isSecret(value) ? secret(change(unwrap(value))) : change(value);
}

/** Equality of JSON: the order of names in a map does not count, an absent name is null. */
export function deepEquals(left: Value | undefined, right: Value | undefined): boolean {
    if (Array.isArray(left) && Array.isArray(right)) {
        return left.length === right.length && left.every((item, index) => deepEquals(item, right[index]));
    }
    if (isMap(left) && isMap(right)) {
        return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((name) =>
            deepEquals(left[name], right[name]),
        );
    }
    return (left ?? null) === (right ?? null);
}
