import assert from "node:assert/strict";
import { growthExponent, percentile, ratios, spread } from "../../../shared/report/statistics";

describe("the arithmetic of the benchmarks", () => {
    it("takes the middle value, or the mean of the two in the middle", () => {
        assert.deepEqual(spread([5, 1, 3]), { runs: 3, median: 3, min: 1, max: 5 });
        assert.deepEqual(spread([4, 1, 2, 10]), { runs: 4, median: 3, min: 1, max: 10 });
    });
    it("tells linear, quadratic and no growth apart", () => {
        const exponent = (of: (size: number) => number): number =>
            growthExponent([2, 3, 5, 8].map((size): [number, number] => [size, of(size)]));
        assert.ok(Math.abs(exponent((size) => 7 * size) - 1) < 1e-9, "linear");
        assert.ok(Math.abs(exponent((size) => 0.5 * size ** 2) - 2) < 1e-9, "quadratic");
        assert.ok(Math.abs(exponent(() => 3)) < 1e-9, "none");
        assert.ok(exponent((size) => 10 + size) < 0.4, "a large part that does not grow");
    });
    it("finds the value that a share of all values does not exceed", () => {
        const values = Array.from({ length: 200 }, (_, index) => 200 - index);
        assert.equal(percentile(values, 0.5), 100);
        assert.equal(percentile(values, 0.99), 198);
        assert.equal(percentile([7], 0.99), 7);
        assert.equal(percentile([1, 2], 1), 2);
    });
    it("divides run by run", () => assert.deepEqual(ratios([2, 9], [4, 3]), [0.5, 3]));
});
