import assert from "node:assert/strict";
import { chosenEvents } from "../../proving-ground/bench/failover/events";
import { chosenSetUps, setUps } from "../../proving-ground/bench/failover/setups";

describe("the command line of the benchmarks", () => {
    it("says which set-ups and events there are when one is misspelt", () => {
        assert.throws(() => chosenSetUps(["guide-001"]), /There is no set-up "guide-001"; there are: ours-balanced, /);
        assert.throws(() => chosenEvents(["lightning"]), /There is no event "lightning"; there are: switchover, /);
    });

    it("means everything when nothing is chosen", () => {
        assert.deepEqual(chosenSetUps(undefined), setUps);
    });
});
