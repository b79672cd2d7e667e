/** PVE's property strings: `enabled=1,type=virtio`, where one key may be left out (`1,type=virtio`). */

/**
 * Reads a property string; `defaultKey` is the key of a part without one. Empty parts (a trailing comma) are ignored.
 */
export function parseProperties(value: string, defaultKey: string): Map<string, string> {
    const properties = new Map<string, string>();
    for (const part of value.split(",").map((text) => text.trim())) {
        if (part === "") continue;
        const equals = part.indexOf("=");
        if (equals < 0) properties.set(defaultKey, part);
        else properties.set(part.slice(0, equals), part.slice(equals + 1));
    }
    return properties;
}

/** Writes one with the default key's value in front and the others sorted, as PVE prints them. */
export function formatProperties(first: string, properties: Map<string, string>): string {
    const others = [...properties].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${value}`);
    return [first, ...others].join(",");
}
