import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "../../tools/lock";

describe("locks", () => {
    const name = `test-${process.pid}`;

    it("let one in at a time", async function () {
        if (process.platform !== "linux") this.skip();
        let inside = 0;
        const work = async (): Promise<void> => {
            assert.equal(++inside, 1);
            await sleep(10);
            inside--;
        };
        await Promise.all([withLock(name, work), withLock(name, work), withLock(name, work)]);
    });

    it("are let go when the work fails", async function () {
        if (process.platform !== "linux") this.skip();
        await assert.rejects(
            withLock(name, () => Promise.reject(new Error("broken"))),
            /broken/,
        );
        assert.equal(await withLock(name, () => Promise.resolve("fine")), "fine");
    });
});
