import assert from "node:assert/strict";
import { Words } from "../../bench/options";
import { chosenEvents } from "../../bench/failover/events";
import { chosenSetUps, setUps } from "../../bench/failover/setups";

describe("the command line of the benchmarks", () => {
    it("takes options in any order and leaves the names", () => {
        const words = new Words(["a.json", "--runs", "3", "--keep", "--setups", "ours-fast,guide-000"]);
        assert.equal(words.count("--runs", 20, 100), 3);
        assert.deepEqual(words.list("--setups"), ["ours-fast", "guide-000"]);
        assert.equal(words.flag("--keep"), true);
        assert.equal(words.flag("--patient"), false);
        assert.deepEqual(words.rest(), ["a.json"]);
    });

    it("says what is wrong", () => {
        assert.throws(() => new Words(["--runs", "0"]).count("--runs", 20, 100), /--runs takes a number from 1 to 100; received 0\./);
        assert.throws(() => new Words(["--json", "--keep"]).value("--json"), /--json needs a value after it/);
        assert.throws(() => new Words(["--rnus", "3"]).rest(), /There is no option --rnus/);
        assert.throws(() => chosenSetUps(["guide-001"]), /There is no set-up "guide-001"; there are: ours-balanced, /);
        assert.throws(() => chosenEvents(["lightning"]), /There is no event "lightning"; there are: power-off, /);
    });

    it("means everything when nothing is chosen", () => {
        assert.deepEqual(chosenSetUps(undefined), setUps);
    });
});
