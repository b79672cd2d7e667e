import assert from "node:assert/strict";
import { options } from "../../bench/options";
import { ticks } from "../../bench/plots/svg";
import { configOf, pointOf, pointsOf } from "../../bench/growth/points";
import { labInstance } from "../../lab/instance";

const parts = { failover: "gaps", growth: "sizes" };

describe("what is measured", () => {
    it("is everything, or the parts that are named", () => {
        assert.deepEqual(options([], parts), { names: ["failover", "growth"], runs: undefined, minutes: undefined, json: undefined, plots: undefined, lab: "dev" });
        assert.deepEqual(options(["growth", "--runs", "7", "--minutes", "5", "--json", "f.json", "--lab", "try"], parts), { names: ["growth"], runs: 7, minutes: 5, json: "f.json", plots: undefined, lab: "try" });
    });
    it("is refused with what there is instead", () => {
        assert.throws(() => options(["grwth"], parts), /no part grwth; there are:\n {2}failover +gaps\n {2}growth +sizes/);
        assert.throws(() => options(["--runs", "0"], parts), /from 1 to 100; received 0/);
        assert.throws(() => options(["--minutes", "-1"], parts), /above 0; received -1/);
        assert.throws(() => options(["--runs"], parts), /--runs needs a value/);
    });
    it("grows in one dimension at a time, from the same smallest set-up", () => {
        assert.deepEqual(pointOf("hosts", 8), { hosts: 8, listeners: 1, backends: 3 });
        assert.deepEqual(pointOf("listeners", 100), { hosts: 2, listeners: 100, backends: 300 });
        assert.deepEqual(pointOf("backends", 300), { hosts: 2, listeners: 1, backends: 300 });
        assert.equal(pointsOf(["listeners", "backends"]).length, 5);
    });
    it("spreads all backends over the listeners, none of them twice", () => {
        const { listeners } = configOf(labInstance("dev"), [], pointOf("listeners", 100), false) as { listeners: { backends: string[] }[] };
        const backends = listeners.flatMap((listener) => listener.backends);
        assert.equal(listeners.length, 100);
        assert.equal(new Set(backends).size, 300);
    });
});

describe("the marks of an axis", () => {
    it("are round and reach the largest value", () => {
        assert.deepEqual(ticks(9.3), [0, 2, 4, 6, 8, 10]);
        assert.deepEqual(ticks(0.42), [0, 0.1, 0.2, 0.3, 0.4, 0.5]);
        assert.deepEqual(ticks(10), [0, 2, 4, 6, 8, 10]);
        assert.deepEqual(ticks(0), [0, 1]);
    });
});
