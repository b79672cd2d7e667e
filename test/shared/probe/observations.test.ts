import assert from "node:assert/strict";
import { summarise } from "../../../shared/probe/observations";

describe("what a client saw", () => {
    const watch = { events: [], breaks: [] };
    const good = (at: number) => ({ at, took: 2 });
    const bad = (at: number, error = "ECONNREFUSED") => ({ at, took: 1, error });

    it("has no gap when nothing failed, however far apart the attempts were", () => {
        assert.equal(summarise({ attempts: [good(0), good(500)], watch }).longestGap, 0);
    });

    it(
        "has a gap from the last good attempt before a failure to the first good one after it, in the order they " +
            "began",
        () => {
            const attempts = [good(30), bad(10), good(0), bad(15), good(20), bad(35), good(40)];
            assert.equal(summarise({ attempts, watch }).longestGap, 20);
        },
    );

    it("counts an outage that had not ended", () => {
        assert.equal(summarise({ attempts: [good(0), bad(5), bad(100)], watch }).longestGap, 100);
    });

    it("tells failures apart and leaves them out of the slowest answer", () => {
        const summary = summarise({ attempts: [good(0), bad(5), bad(6, "timed out"), { at: 7, took: 40 }], watch });
        assert.deepEqual([summary.requests, summary.failed, summary.slowest], [4, 2, 40]);
        assert.deepEqual(summary.errors, { ECONNREFUSED: 1, "timed out": 1 });
    });
});
