/** What a host says, and how it may be taken in. */
import { printableLine } from "../text/display";

/** All text of a report, as it may be shown; certificates are read, and not shown. */
export function shown<T>(value: T, key = ""): T {
    if (typeof value === "string") return (key === "certificate" ? value : printableLine(value)) as T;
    if (Array.isArray(value)) return value.map((entry) => shown<unknown>(entry)) as T;
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([name, inside]) => [printableLine(name), shown<unknown>(inside, name)]);
    return Object.fromEntries(entries) as T;
}

/** What a host calls things is no name of anything here, such as __proto__. */
export const byName = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;
