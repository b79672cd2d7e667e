/**
 * Every input there is, with every kind of thing that is wrong: whatever comes, it ends in the one list of problems.
 */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Inputs } from "../../../components/model/inputs";
import { resolveModel } from "../../../components/model/resolve";
import { problemsIn } from "../../../components/spec/problems";
import { CERTIFICATE, place } from "../support";
import { FULL } from "./bases";
import * as places from "./leaves";

const SECRET = "RECOGNISABLE";
const KEY = `-----BEGIN PRIVATE KEY-----\nMIG${SECRET}\n-----END PRIVATE KEY-----\n`;

/** Functions, so that nothing one case does to its value is seen by the next. */
const JUNK: [what: string, make: () => unknown][] = [
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

/** Every kind in every input; else a third of them each, another third in the next. */
const ALL = process.env["HA_API_TEST_RUNS"] !== undefined;

const LEAVES = places.LEAVES.map((path) => path.replaceAll("[n]", "[0]"));
const PATHS = [...LEAVES, ...places.CONTAINERS.map((path) => path.replaceAll("[n]", "[0]"))];

/** The problems, none when the inputs are accepted. Anything but the one error is a fault. */
function problemsOf(inputs: Inputs): { path: string; reason: string }[] {
    try {
        resolveModel(inputs);
        return [];
    } catch (error) {
        const found = problemsIn(error);
        if (found === undefined) throw error;
        const { message } = error as Error;
        assert.doesNotMatch(message, new RegExp(SECRET));
        assert.ok(
            message.split("\n").every((line) => /^[\x20-\x7e]*$/.test(line)),
            "nothing that cannot be seen is shown",
        );
        for (const { path, reason } of found) {
            assert.ok(path !== "" && message.includes(`${path}: ${reason}`), message);
            assert.ok(reason.length < 2000, `${path} has a reason of ${reason.length} characters`);
        }
        return found;
    }
}

describe("junk in any input", function () {
    this.timeout(300_000);
    it("ends in the one list of problems, which names it", () => {
        const sets = Object.values(FULL);
        for (const full of sets) assert.deepEqual(problemsOf(full()), [], "without junk the inputs are good");
        PATHS.forEach((path, index) => {
            const accepted: string[] = [];
            // Each kind in one of the sets: whether an input is used must not matter.
            JUNK.forEach(([kind, make], number) => {
                if (!ALL && (index + number) % 3 !== 0) return;
                const inputs = structuredClone(sets[(index + (number >> 1)) % sets.length]!());
                place(inputs, path, make());
                try {
                    const problems = problemsOf(inputs);
                    if (problems.length === 0) accepted.push(kind);
                    else if (kind !== "null")
                        assert.ok(
                            problems.some((problem) => related(problem.path, path)),
                            `is not named: ${JSON.stringify(problems)}`,
                        );
                } catch (error) {
                    assert.fail(
                        `${path} with ${kind}: ` +
                            `${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
                    );
                }
            });
            assert.ok(accepted.length < JUNK.length / 2, `${path} takes nearly anything: ${accepted.join(", ")}`);
        });
    });

    it("is found in several inputs at once, each named", () => {
        const full = FULL["VMs, VRRP version 2"]!;
        const withSymbols = (paths: string[]): { path: string }[] => {
            const inputs = structuredClone(full());
            for (const path of paths) place(inputs, path, Symbol("junk"));
            return problemsOf(inputs);
        };
        const used = LEAVES.filter(
            (path) => !path.includes(".has") && withSymbols([path]).some((problem) => problem.path === path),
        );
        assert.ok(used.length > LEAVES.length / 2, "most inputs are checked");
        fc.assert(
            fc.property(fc.uniqueArray(fc.constantFrom(...used), { minLength: 2, maxLength: 4 }), (paths) => {
                // What stands within another one that is junk is gone.
                const apart = paths.filter((path) => !paths.some((other) => other !== path && within(path, other)));
                const problems = withSymbols(apart);
                for (const path of apart)
                    assert.ok(
                        problems.some((problem) => related(problem.path, path)),
                        `${path} is not named: ${JSON.stringify(problems)}`,
                    );
            }),
            { numRuns: 200 },
        );
    });
});

const within = (path: string, other: string): boolean => path.startsWith(`${other}.`) || path.startsWith(`${other}[`);

/**
 * Whether a problem is about this input: it names the input, or another of its group, which may be what is missing once
 * there is junk.
 */
function related(named: string, path: string): boolean {
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
