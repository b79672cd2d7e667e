import assert from "node:assert/strict";
import { goalOf, measures } from "../../proving-ground/bench/failover/measures";
import type { SetUpFacts } from "../../proving-ground/bench/failover/results";
import { reaches, summary } from "../../proving-ground/bench/failover/measures";
import { pairOf, setUps } from "../../proving-ground/bench/failover/setups";
import { events } from "../../proving-ground/bench/failover/events";
import { labInstance } from "../../proving-ground/lab/instance";
import { spread } from "../../shared/report/statistics";
import { run } from "./samples";

const balanced: SetUpFacts = { name: "ours-balanced", title: "ours", goals: "balanced", changes: [] };
const guide: SetUpFacts = { name: "guide-000", title: "guide", changes: [] };

describe("the summary of a comparison", () => {
    it("has a row for each measure and set-up that was run, with what counts for that measure", () => {
        const rows = summary({
            setUps: [balanced, guide],
            results: [
                run({ gapMs: 300 }),
                run({ gapMs: 200 }),
                run({ setUp: "guide-000", gapMs: 2500 }),
                run({ measure: "api-server-killed", gapMs: 10, lastBadMs: 700 }),
            ],
        });
        assert.deepEqual(
            rows.map(({ measure, setUp, value }) => [measure.name, setUp.name, value.median, value.max]),
            [
                ["host-powered-off", "ours-balanced", 250, 300],
                ["host-powered-off", "guide-000", 2500, 2500],
                ["api-server-killed", "ours-balanced", 700, 700],
            ],
        );
        assert.deepEqual(
            rows.map(({ reached }) => reached),
            [true, undefined, true],
        );
    });

    it("tells in how many runs a watch got its event", () => {
        const [row] = summary({
            setUps: [balanced],
            results: [run({ watchToldMs: 40 }), run({}), run({ watchToldMs: 60 })],
        });
        assert.deepEqual(row!.told, { runs: 2, median: 50, min: 40, max: 60 });
    });
});

describe("a goal", () => {
    const figures = (values: number[], failed: number[] = [0], unfinished = 0) => ({
        value: spread(values),
        failed: spread(failed),
        unfinished,
    });

    it("is reached at its limit and missed above it, by the median or by the worst", () => {
        assert.equal(reaches({ median: 320, max: 450 }, figures([310, 320, 450])), true);
        assert.equal(reaches({ median: 320, max: 450 }, figures([310, 321, 400])), false);
        assert.equal(reaches({ median: 320, max: 450 }, figures([310, 320, 451])), false);
    });

    it("of no failed connection is missed by one", () => {
        assert.equal(reaches({ noFailure: true }, figures([0, 10], [0, 0])), true);
        assert.equal(reaches({ noFailure: true }, figures([0, 10], [0, 1])), false);
    });

    it("is never reached with a run that was not over", () => {
        assert.equal(reaches({ max: 20_000 }, figures([12_000], [5], 1)), false);
    });

    it("is the one of the set-up's profile, and there is none for what is only compared with", () => {
        const hostOff = measures.find(({ name }) => name === "host-powered-off")!;
        assert.deepEqual(goalOf(hostOff, { goals: "fast" }), { median: 150 });
        assert.deepEqual(goalOf(hostOff, { goals: "balanced" }), { median: 320, max: 450 });
        assert.equal(goalOf(hostOff, {}), undefined);
    });
});

describe("what can be asked for", () => {
    it("has every name once", () => {
        for (const names of [setUps, events, measures].map((things) => things.map(({ name }) => name)))
            assert.equal(new Set(names).size, names.length, names.join(", "));
    });

    it("leads from each event to a measure, and from each measure back to an event", async () => {
        const instance = labInstance("bench");
        const pair = pairOf(instance, setUps[0]!);
        const courses = await Promise.all(
            events.map((event) => event.prepare({ instance, pair, master: pair.machines[0], apiServer: "api1" })),
        );
        assert.deepEqual(
            courses.flatMap(({ steps }) => steps.map(({ measure }) => measure)).sort(),
            measures.map(({ name }) => name).sort(),
        );
    });
});
