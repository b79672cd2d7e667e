/** Every kind of thing that is wrong in an input. */
import { CERTIFICATE } from "../support";

/** Never to be shown. */
export const SECRET = "RECOGNISABLE";
const KEY = `-----BEGIN PRIVATE KEY-----\nMIG${SECRET}\n-----END PRIVATE KEY-----\n`;

/** Functions, so that nothing one case does to its value is seen by the next. */
export const JUNK: [what: string, make: () => unknown][] = [
    ["null", () => null],
    ["NaN", () => Number.NaN],
    ["Infinity", () => Number.POSITIVE_INFINITY],
    ["-Infinity", () => Number.NEGATIVE_INFINITY],
    ["-1", () => -1],
    ["-0", () => -0],
    ["0", () => 0],
    ["a fraction", () => 0.5],
    ["a tiny number", () => 5e-324],
    ["a huge number", () => 1.7e308],
    ["beyond integers", () => 2 ** 53],
    ["a bigint", () => 1n],
    ["true", () => true],
    ["false", () => false],
    ["empty text", () => ""],
    ["a blank", () => " "],
    ["a line feed", () => "\n"],
    ["a tab", () => "\t"],
    ["a carriage return", () => "a\r"],
    ["NUL", () => "a\u0000b"],
    ["no width", () => "a\u200b"],
    ["another direction", () => "\u202ea"],
    ["a lone surrogate", () => "\ud800"],
    ["emoji", () => "\u{1f600}"],
    ["quotes", () => "'\"`"],
    ["a backslash", () => "a\\"],
    ["a command", () => "$(reboot); `reboot`"],
    ["the end of a block", () => "; }\n}"],
    ["a manifest's line", () => "a\n==== end\n"],
    ["a placeholder", () => "@credential:vrrp-password@"],
    ["the interface's", () => "@interface@"],
    ["a number as text", () => "1"],
    ["a hyphen", () => "-"],
    ["an option", () => "--help"],
    ["dots", () => ".."],
    ["a path", () => "../../etc/passwd"],
    ["constructor", () => "constructor"],
    ["__proto__", () => "__proto__"],
    ["toString", () => "toString"],
    ["undefined as text", () => "undefined"],
    ["long text", () => "a".repeat(20_000)],
    ["long text with dots", () => "a.".repeat(10_000)],
    ["long text with hyphens", () => "a-".repeat(10_000)],
    ["long lines", () => "a\n".repeat(10_000)],
    ["many blanks", () => `a${" ".repeat(20_000)}b`],
    ["many digits", () => "1".repeat(20_000)],
    ["many slashes", () => "/".repeat(20_000)],
    ["an almost endless certificate", () => "-----BEGIN CERTIFICATE-----\n".repeat(4000)],
    ["an array", () => []],
    ["an array of junk", () => [null, undefined, {}, [], Symbol("s"), Object.create(null) as unknown]],
    ["a sparse array", () => new Array<unknown>(3)],
    ["an array in an array", () => [[["a"]]]],
    ["many entries", () => Array.from({ length: 2000 }, (_, n) => n)],
    ["an object", () => ({})],
    ["an object with keys", () => ({ a: 1, constructor: 2 })],
    ["an object without a prototype", () => Object.create(null) as unknown],
    ["such objects within", () => [Object.create(null) as unknown, { a: Object.create(null) as unknown }]],
    ["own __proto__", () => JSON.parse('{"__proto__": 1}') as unknown],
    ["text that is an object", () => new String("a")],
    ["a number that is an object", () => new Number(1)],
    ["a Map", () => new Map([["a", 1]])],
    ["a Set", () => new Set([1])],
    ["a Date", () => new Date(0)],
    ["a Date that is none", () => new Date(Number.NaN)],
    ["a RegExp", () => /a/],
    ["a symbol", () => Symbol(SECRET.toLowerCase())],
    ["a function", () => () => SECRET],
    ["a class", () => class {}],
    ["a buffer", () => Buffer.from("a")],
    ["an error", () => new Error("x")],
    [
        "what cannot become text",
        () => ({
            toString: () => {
                throw new Error("no");
            },
            valueOf: () => {
                throw new Error("no");
            },
        }),
    ],
    [
        "what becomes something else",
        () => ({
            toString: () => "10.30.100.51",
            toJSON: () => {
                throw new Error("no");
            },
        }),
    ],
    ["a private key", () => KEY],
    ["a private key in a list", () => [KEY]],
    ["a private key in a group", () => ({ key: KEY })],
    ["a private key under certificates", () => CERTIFICATE + KEY],
];

export const within = (path: string, other: string): boolean =>
    path.startsWith(`${other}.`) || path.startsWith(`${other}[`);

/**
 * Whether a problem is about this input: it names the input, or another of its group, which may be what is missing once
 * there is junk.
 */
export function related(named: string, path: string): boolean {
    const group = path.split(".").slice(0, 2).join(".");
    // What all VMs share is checked for each of them.
    return (
        named === group ||
        within(named, group) ||
        // Settings of a switch are called after it: firewall, firewallSshSources.
        (named.startsWith(group) && /^[A-Z]/.test(named.slice(group.length))) ||
        within(group, named) ||
        (path.startsWith("virtualMachines") && named.startsWith("hosts["))
    );
}
