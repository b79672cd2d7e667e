/** A change of a host, undisturbed, and with something that happens at one of its points after the other. */
import assert from "node:assert/strict";
import { perObject } from "../../components/text/perObject";
import type { FakeHost } from "../components/host/fakeHost";
import { spreadOver } from "../breadth";
import { type Change, onHost, stateOf } from "./changes";
import { traced } from "./killed";
import { record } from "./table";

export interface Whole {
    /** How many changes to the file system it makes. */
    changes: number;
    /** What is there when it has run undisturbed. */
    state: ReturnType<typeof stateOf>;
}

const wholeRun = perObject(({ program, before, input }: Change): Promise<Whole> => {
    return onHost(async (host) => {
        await before?.(host);
        const { status, output, changes } = await traced(host, program, input(host));
        assert.equal(status, 0, output);
        assert.ok(changes > 5, `${changes} changes were seen`);
        return { changes, state: stateOf(host) };
    });
});

/** On a host of its own for each point, or for so many of them in CI; counted as this trouble. */
export async function atEachPoint(
    change: Change,
    { few, trouble }: { few: number; trouble: string },
    work: (host: FakeHost, at: number, whole: Whole) => Promise<void>,
): Promise<void> {
    const whole = await wholeRun(change);
    const points = spreadOver(
        Array.from({ length: whole.changes }, (_, index) => index + 1),
        few,
    );
    for (const at of points)
        await onHost(async (host) => {
            await change.before?.(host);
            await work(host, at, whole);
        });
    const tried = points.length;
    await record({ trouble, cases: tried, survived: tried, as: "each change it makes" });
}
