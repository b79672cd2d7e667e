/**
 * Small checks of single values. Each returns the value when it is good, and otherwise notes a problem and returns
 * something harmless.
 */
import type { Found, Path, Problems } from "./problems";

/** An integer within limits, NaN when it is something else. */
export function integer(problems: Problems, path: Path, value: number, min: number, max: number): number {
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    problems.add(path, `must be a whole number from ${min} to ${max}`, value ?? null);
    return Number.NaN;
}

/** A number of seconds, fractions allowed, within limits. */
export function seconds(problems: Problems, path: Path, value: number, min: number, max: number): number {
    if (typeof value !== "number" || !(value >= min && value <= max)) {
        problems.add(path, `must be a number of seconds from ${min} to ${max}`, value ?? null);
    }
    return value;
}

/**
 * Seconds in hundredths, the unit of VRRP version 3. A sum such as 0.1 + 0.2 is the hundredth it is nearest
 * to.
 */
export function hundredths(problems: Problems, path: Path, value: number, min: number, max: number): number {
    const rounded = Math.round((typeof value === "number" ? value : Number.NaN) * 100) / 100;
    if (rounded >= min && rounded <= max && Math.abs(rounded - value) < 1e-9) return rounded;
    problems.add(path, `must be a number of seconds from ${min} to ${max}, in steps of 0.01`, value ?? null);
    return Number.NaN;
}

/** One of a few numbers. */
export function oneOfNumbers(problems: Problems, path: Path, value: number, allowed: readonly number[]): number {
    if (allowed.includes(value)) return value;
    problems.add(path, `must be ${allowed.join(" or ")}`, value);
    return allowed[0]!;
}

export function boolean(problems: Problems, path: Path, value: boolean): boolean {
    if (typeof value !== "boolean") problems.add(path, "must be true or false", value);
    return value;
}

/** Text of a given form, empty when it has another one. `form` describes it. */
export function text(problems: Problems, path: Path, value: string | undefined, pattern: RegExp, form: string): string {
    if (typeof value === "string" && pattern.test(value)) return value;
    problems.add(path, `must be ${form}`, value ?? null);
    return "";
}

/** What each host fills in where we put it, and would fill in wherever else it stood. */
const FILLED_IN = /@interface@|@network-file@|@credential:/;

/** Text of a given form that ends up in a file as it is. */
export function freeText(
    problems: Problems,
    path: Path,
    value: string | undefined,
    pattern: RegExp,
    form: string,
): string {
    const good = text(problems, path, value, pattern, form);
    if (!FILLED_IN.test(good)) return good;
    problems.add(
        path,
        "must not hold @interface@, @network-file@ or @credential:, which each host fills in with values of its own",
    );
    return "";
}

/** Lines of a daemon's own configuration language, empty ones left out. */
export function configurationLines(
    problems: Problems,
    path: Path,
    value: string | undefined,
    daemon: string,
): string[] {
    return freeText(
        problems,
        path,
        value ?? "",
        /^(?!==== )(?!.*\n==== )[\t\n\x20-\x7e]*$/s,
        `lines of ${daemon} directives in plain ASCII`,
    )
        .split("\n")
        .filter((line) => line.trim() !== "");
}

export function oneOf<T extends string>(problems: Problems, path: Path, value: T, allowed: readonly [T, ...T[]]): T {
    if (allowed.includes(value)) return value;
    problems.add(path, `must be one of ${allowed.join(", ")}`, value);
    return allowed[0];
}

/** Keys and values. A Map or a Date has no keys of its own, and would pass for a group in which nothing is set. */
export function isGroup(value: unknown): value is object {
    return Object.prototype.toString.call(value) === "[object Object]";
}

/** A group of settings, empty when it is not given or something else. */
export function settings<T extends object>(problems: Problems, path: Path, value: T | undefined): Partial<T> {
    if (value === undefined || value === null) return {};
    if (isGroup(value)) return value;
    problems.add(path, "must be a set of keys and values", value);
    return {};
}

/** A list, treated as empty when it is something else. */
export function list<T>(problems: Problems, path: Path, value: T[] | undefined): T[] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
        problems.add(path, "must be a list", value);
        return [];
    }
    // A hole in a list is an entry like any other.
    return [...value];
}

/**
 * A problem for every value that appears a second time. Empty text and NaN are what a bad value left behind, and were
 * noted before.
 */
export function repeated(values: { path: Path; value: string | number; owner?: string }[], what: string): Found[] {
    const seen = new Map<string | number, { path: Path; owner?: string }>();
    return values.flatMap(({ path, value, owner }): Found[] => {
        if (value === "" || Number.isNaN(value)) return [];
        const before = seen.get(value);
        if (before === undefined) {
            seen.set(value, { path, ...(owner === undefined ? {} : { owner }) });
            return [];
        }
        return [[path, `${what} must be distinct, and ${before.owner ?? before.path} already has this one`, value]];
    });
}
