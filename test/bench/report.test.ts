import assert from "node:assert/strict";
import { measures } from "../../proving-ground/bench/failover/measures";
import { goalText, markdown } from "../../proving-ground/bench/failover/report/markdown";
import { picture, position } from "../../proving-ground/bench/failover/report/picture";
import { milliseconds } from "../../shared/report/duration";
import type { Comparison } from "../../proving-ground/bench/failover/results";
import { run } from "./samples";

const comparison: Comparison = {
    date: "2026-11-21T08:00:00.000Z",
    machine: { cpus: 2, memoryGiB: 24, kernel: "6.18", node: "v20" },
    runs: 2,
    limits: { "host-powered-off": 12_000 },
    tookMs: 1,
    setUps: [
        { name: "ours-balanced", title: "ours <default>", goals: "balanced", changes: [] },
        { name: "guide-000", title: "guide", changes: ["Another package."] },
        { name: "guide-004", title: "broken guide", changes: [], broken: "no answer" },
    ],
    results: [
        run({}),
        run({ run: 2, gapMs: 300 }),
        run({ setUp: "guide-000", gapMs: 2500 }),
        run({ setUp: "guide-000", run: 2, gapMs: 12_000, unfinished: true }),
        run({ measure: "switchover", event: "switchover", gapMs: 0, failed: 0, watchToldMs: 30 }),
    ],
    missed: [{ run: 2, setUp: "guide-000", event: "switchover", reason: "not at rest" }],
};

describe("the report in Markdown", () => {
    const text = markdown(comparison);

    it("has the medians in one table, 0 where nothing failed, and nothing of what does not work", () => {
        const [head, , first, second, end] = text.split("\n");
        assert.equal(head, "| median | master loses power | master leaves on purpose |");
        assert.equal(first, "| ours <default> | 290 ms | 0 |");
        assert.equal(second, "| guide | 7.25 s |  |");
        assert.equal(end, "");
    });

    it("marks times that were not over, goals and whether they are reached", () => {
        assert.match(
            text,
            /\| ours <default> \| 2 \| 290 ms \| 280 ms \| 300 ms \| 50 \(50\) \| 0 \(0\) \| never \| median at most 320 ms, worst at most 450 ms \| yes \|/,
        );
        assert.match(text, /\| guide \| 2 \| 7\.25 s \| 2\.50 s \| > 12 s \| .* \| {2}\| {2}\|/);
        assert.match(text, /\| 30 ms \| no failed connection \| yes \|/);
    });

    it("names every change, what does not work and the runs that could not be made", () => {
        assert.match(text, /\n {2}- Another package\./);
        assert.match(text, /broken guide \(`guide-004`\): \*\*does not work\*\*: no answer/);
        assert.match(text, /- run 2, guide-000, switchover: not at rest/);
    });

    it("writes times and goals as people say them", () => {
        assert.deepEqual([33.6, 999.4, 1500].map(milliseconds), ["34 ms", "999 ms", "1.50 s"]);
        assert.deepEqual(
            measures.slice(0, 5).map(({ goals }) => goalText(goals.fast!)),
            [
                "median at most 150 ms",
                "median at most 150 ms",
                "at most 80 ms",
                "at most 1.50 s",
                "no failed connection",
            ],
        );
    });
});

describe("the picture", () => {
    const image = picture(comparison);

    it(
        "has a panel for each measure, a dot for each finished run, a triangle for each other, and its words " +
            "escaped",
        () => {
            assert.equal(image.match(/font-weight="bold"/g)?.length, 1 + 2, "the title and two panels");
            assert.equal(image.match(/<circle/g)?.length, 1 + 4, "the legend's and four runs");
            assert.equal(image.match(/<path/g)?.length, 1 + 1, "the legend's and one run");
            assert.match(image, />ours &lt;default&gt;</);
            assert.doesNotMatch(image, /broken guide/);
        },
    );

    it(
        "puts longer times further right, as far apart for ten times as much everywhere, and nothing at the left " +
            "edge",
        () => {
            assert.ok(position(0) < position(5), "0 has a place of its own");
            assert.ok(
                Math.abs(position(1000) - position(100) - (position(10_000) - position(1000))) < 0.2,
                "a logarithmic scale",
            );
            assert.equal(position(60_000), position(20_000));
        },
    );
});
