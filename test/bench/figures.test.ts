import assert from "node:assert/strict";
import { figuresOf } from "../../proving-ground/bench/failover/results";
import type { Attempt } from "../../shared/probe/observations";

const good = (at: number, took = 2): Attempt => ({ at, took });
const bad = (at: number, took = 1, error = "ECONNREFUSED"): Attempt => ({ at, took, error });
const every5 = (from: number, to: number, make: (at: number) => Attempt): Attempt[] =>
    Array.from({ length: (to - from) / 5 }, (_, index) => make(from + 5 * index));
const figures = (attempts: Attempt[], breaks: { at: number; error: string }[] = [], start = 1000, end = 3000) =>
    figuresOf(
        { attempts, watch: { events: [], breaks } },
        { measure: "host-powered-off", start, end, busy: 0.5, disturbed: false },
    );

describe("figures of a step", () => {
    it("have no gap and nothing bad when every connection was good", () => {
        const { gapMs, lastBadMs, failed, delayed, unfinished, requests } = figures(every5(0, 3000, good));
        assert.deepEqual(
            { gapMs, lastBadMs, failed, delayed, unfinished, requests },
            { gapMs: 0, lastBadMs: 0, failed: 0, delayed: 0, unfinished: false, requests: 400 },
        );
    });

    it("have the gap from the last good connection before the step to the first good one in it", () => {
        const seen = figures([...every5(0, 1000, good), ...every5(1000, 1300, bad), ...every5(1300, 3000, good)]);
        assert.deepEqual([seen.gapMs, seen.lastBadMs, seen.failed, seen.unfinished], [305, 295, 60, false]);
        assert.deepEqual(seen.errors, { ECONNREFUSED: 60 });
    });

    it(
        "count a connection that was under way when the step began, and not one that was left over from long " +
            "before",
        () => {
            assert.equal(figures([good(980), bad(998, 10), good(1005)]).failed, 1);
            assert.equal(figures([good(100), bad(500, 1000, "timed out"), good(1005)]).failed, 0);
        },
    );

    it("count answers later than a quarter of a second apart from failures, and both as bad", () => {
        const { failed, delayed, lastBadMs } = figures([
            good(990),
            good(1100, 251),
            bad(1200),
            good(1400, 250),
            good(2990),
        ]);
        assert.deepEqual([failed, delayed, lastBadMs], [1, 1, 200]);
    });

    it("say so when connections still failed at the end", () => {
        const { unfinished, gapMs } = figures([
            ...every5(0, 1000, good),
            ...every5(1000, 3000, (at) => bad(at, 1000, "timed out")),
        ]);
        assert.equal(unfinished, true);
        assert.equal(gapMs, 2000);
    });

    it("are disturbed when the machine was, when connections were bad just before, and when there were none", () => {
        const disturbed = (attempts: Attempt[]): boolean => figures(attempts).disturbed;
        assert.equal(disturbed([good(900), good(1100)]), false);
        assert.equal(
            disturbed([good(100), bad(400), good(900), bad(960, 100), good(1200)]),
            false,
            "long before, and under way",
        );
        assert.equal(disturbed([good(600), bad(900), good(1100)]), true);
        assert.equal(disturbed([good(600), good(900, 300), good(1100)]), true);
        assert.equal(disturbed([good(100), good(1100)]), true);
        assert.equal(
            figuresOf(
                { attempts: [good(900)], watch: { events: [], breaks: [] } },
                { measure: "host-powered-off", start: 1000, end: 2000, busy: 1, disturbed: true },
            ).disturbed,
            true,
        );
    });

    it("have the time within which 99 of 100 were answered, failures with the client's whole patience", () => {
        const answered = (slow: Attempt[]): number | undefined =>
            figuresOf(
                {
                    attempts: [...every5(1000, 2000, good).slice(slow.length), ...slow],
                    watch: { events: [], breaks: [] },
                },
                { measure: "packets-lost", start: 1000, end: 3000, busy: 0.5, disturbed: false, patienceMs: 5000 },
            ).answeredMs;
        assert.equal(answered([good(2100, 1100), good(2200, 1200)]), 2);
        assert.equal(answered([good(2100, 1100), good(2200, 1200), good(2300, 1300)]), 1100);
        assert.equal(answered([bad(2100), bad(2200), bad(2300)]), 5000);
    });

    it("are not disturbed by an outage that the step ends", () => {
        const seen = {
            attempts: [...every5(0, 1100, bad), ...every5(1100, 3000, good)],
            watch: { events: [], breaks: [] },
        };
        const phase = { measure: "all-api-servers-refuse-return", start: 1000, end: 3000, busy: 0.5, disturbed: false };
        assert.deepEqual(
            [figuresOf(seen, phase).disturbed, figuresOf(seen, { ...phase, afterOutage: true }).disturbed],
            [true, false],
        );
        assert.equal(figuresOf(seen, { ...phase, afterOutage: true }).lastBadMs, 95);
    });

    it("leave out what happened after watching ended", () => {
        assert.equal(figures([good(990), good(1100), bad(3100), good(3200)]).failed, 0);
    });

    it("have the time until a watch got its event, and none when it came before or not at all", () => {
        assert.equal(
            figures(
                [good(1100)],
                [
                    { at: 500, error: "ended" },
                    { at: 1250, error: "ended" },
                    { at: 1300, error: "ended" },
                ],
            ).watchToldMs,
            250,
        );
        assert.ok(
            !("watchToldMs" in figures([good(1100)], [{ at: 500, error: "ended" }])),
            "a break before the step is not one of it",
        );
    });
});
