/**
 * Histories that nobody thought of: ten steps each, of deployments, changes, faults, recoveries, drills and what
 * somebody does by hand. After each step the VIP is where it can be served, and nowhere else; after each history all is
 * as if nothing had happened.
 *
 * A history that fails is shrunk: the report says its seed, and what is left of it when what does not matter is taken
 * out; HA_API_TEST_HISTORY with those words tries that alone.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { appendFile } from "node:fs/promises";
import { triedOn } from "./pair";
import { anyStep, Model, recover, type Step, stepNamed } from "./steps";

/** How many histories are tried; `HA_API_TEST_HISTORIES` says otherwise. */
const HISTORIES = Number(process.env["HA_API_TEST_HISTORIES"] ?? 200);
const ONE = process.env["HA_API_TEST_HISTORY"];
const SEED = process.env["HA_API_TEST_SEED"];
/** A file to which each history's steps are added as they are taken; for whoever looks into one that failed. */
const LOG = process.env["HA_API_TEST_HISTORIES_LOG"];
const STEPS = 10;
const LIMIT_MS = 5 * 3_600_000;

const log = async (text: string): Promise<void> => {
    if (LOG !== undefined) await appendFile(LOG, `${new Date().toISOString()} ${text}\n`);
};

describe("random histories of a pair", function () {
    this.timeout(6 * 3_600_000);
    const { pair, survives } = triedOn("test-histories", {
        trouble: `histories of ${STEPS} steps`,
        as: "after each step, and at rest",
    });
    let tried = 0;

    async function lives(history: Step[]): Promise<void> {
        const model = new Model();
        await log(`history ${++tried}`);
        const failures: Error[] = [];
        try {
            for (const step of history) {
                await log(`  ${step.name}`);
                await step.run(model, pair);
                await pair.settles(model.expected);
            }
        } catch (error) {
            failures.push(error as Error);
            await log(`  failed: ${String(error)}`);
        }
        try {
            await log("  recovery");
            await recover(model, pair);
            await pair.atRest();
        } catch (error) {
            await log(`  failed to recover: ${String(error)}`);
            failures.push(error as Error);
        }
        const [first] = failures;
        if (first !== undefined) throw first;
    }

    if (ONE !== undefined) {
        it("is this", () => survives(() => lives(ONE.split("; ").map(stepNamed))));
        return;
    }

    it("leaves the VIP where it can be served after each step, and all as it was after each history", async () => {
        const histories = fc.array(anyStep, { minLength: STEPS, maxLength: STEPS });
        const result = await fc.check(
            fc.asyncProperty(histories, (history) => survives(() => lives(history))),
            {
                numRuns: HISTORIES,
                ...(SEED === undefined ? {} : { seed: Number(SEED) }),
                // A try takes half a minute: so many of a failed history are enough to see what it is.
                interruptAfterTimeLimit: LIMIT_MS,
            },
        );
        const words = result.counterexample?.[0].map(({ name }) => name).filter((name) => name !== "nothing") ?? [];
        assert.ok(!result.failed, `seed ${result.seed}: ${words.join("; ")}\n${String(result.errorInstance)}`);
    });
});
