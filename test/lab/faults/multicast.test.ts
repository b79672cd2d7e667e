/**
 * A pair that announces itself by multicast, in a network where a stranger has its router id and the highest priority:
 * no host serves beside it, `status` says so, and when it has gone all is as before. (By unicast, the default, nobody
 * listens to a stranger: sickHosts.)
 */
import assert from "node:assert/strict";
import { strangerActs } from "./disturbances";
import { eventually, triedOn } from "./pair";

describe("a stranger with the router id of a pair that uses multicast", function () {
    this.timeout(180_000);
    const row = { trouble: "a duplicate router id, by multicast", as: "each" };
    const { pair, survives } = triedOn("test-multicast", row, { vrrp: { transport: "multicast" } });

    it("is given way to, and told of; when it has gone one host serves again", () =>
        survives(async () => {
            await pair.atRest();
            const gone = await strangerActs("vrrp", 20);
            assert.deepEqual(await pair.masters(), []);
            const { healthy, problems } = await pair.stack.status();
            assert.equal(healthy, false);
            assert.match(problems.join(" "), /no host holds/i);
            await gone();
            await pair.atRest();
        }));

    it("is taken for no reason to change anything", () =>
        survives(async () => {
            await eventually(
                async () => (await pair.masters()).length === 1,
                () => "one master",
            );
            await pair.stack.up("--expect-no-changes");
        }));
});
