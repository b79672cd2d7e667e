/**
 * Every input there is, with every kind of thing that is wrong: whatever comes, it ends in the one list of problems.
 */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Inputs } from "../../../components/model/inputs";
import { resolveModel } from "../../../components/model/resolve";
import { problemsIn } from "../../../components/spec/problems";
import { place } from "../support";
import { FULL } from "./bases";
import { JUNK, related, SECRET, within } from "./junk";
import * as places from "./leaves";

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
