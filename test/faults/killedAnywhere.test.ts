/**
 * The power goes after any change that a step makes to a host, or the connection of whoever waits for it: what is in
 * place is whole, the one or the other, and the next run ends as if nothing had happened.
 */
import assert from "node:assert/strict";
import { CONF } from "../components/host/demo";
import { noFakeHost } from "../components/host/fakeHost";
import { itNeeds } from "../components/programs";
import { spreadOver } from "../breadth";
import { type Change, CHANGES, onHost, oneTo, stateOf } from "./changes";
import { noTracing, traced } from "./killed";
import { record } from "./table";

/** Points that CI tries of each change. */
const FEW = 2;
const FEW_UNHEARD = 1;

/** How many changes it makes, and what is there when it has run undisturbed. */
async function wholeRun({ program, before, input }: Pick<Change, "program" | "before" | "input">) {
    return onHost(async (host) => {
        await before?.(host);
        const { status, output, changes } = await traced(host, program, input(host));
        assert.equal(status, 0, output);
        assert.ok(changes > 5, `${changes} changes were seen`);
        return { changes, state: stateOf(host) };
    });
}

describe("a step that is killed after any of its changes", function () {
    this.timeout(3_600_000);
    const need = noFakeHost() || noTracing();

    for (const { title, program, before, input, contents, file = CONF } of CHANGES)
        itNeeds(need, `leaves something whole, and the next run ends as it would have: ${title}`, async () => {
            const { changes, state } = await wholeRun({ program, before, input });
            const points = spreadOver(oneTo(changes), FEW);
            for (const at of points)
                await onHost(async (host) => {
                    await before?.(host);
                    const { status, output } = await traced(host, program, input(host), { at });
                    assert.equal(status, undefined, `it was not killed at ${at}: ${output}`);
                    const where = `killed at ${at} of ${changes}`;
                    assert.ok(contents.includes(host.read(file)), `${where}: ${host.read(file)}`);
                    const { status: again, output: said } = await host.run(program, input(host));
                    assert.equal(again, 0, `${where}: ${said}`);
                    assert.deepEqual(stateOf(host), state, `${where}: ${said}`);
                });
            const tried = points.length;
            await record({ trouble: `killed: ${title}`, cases: tried, survived: tried, as: "each change it makes" });
        });

    for (const { title, program, before, input } of CHANGES)
        itNeeds(need, `comes to its end, or the next run does, where nobody listens any more: ${title}`, async () => {
            const { changes, state } = await wholeRun({ program, before, input });
            const points = spreadOver(oneTo(changes), FEW_UNHEARD);
            for (const at of points)
                await onHost(async (host) => {
                    await before?.(host);
                    const { status } = await traced(host, program, input(host), {
                        at,
                        // As sshd does where the connection is gone.
                        meanwhile: (child) => {
                            child.stdout?.destroy();
                            child.stderr?.destroy();
                            return Promise.resolve();
                        },
                    });
                    const where = `unheard from ${at} of ${changes}`;
                    if (program === "converge") assert.equal(status, 0, where);
                    if (status === 0) assert.deepEqual(stateOf(host), state, where);
                    const { status: again, output } = await host.run(program, input(host));
                    assert.equal(again, 0, `${where}: ${output}`);
                    assert.deepEqual(stateOf(host), state, `${where}: ${output}`);
                });
            const tried = points.length;
            await record({ trouble: `unheard: ${title}`, cases: tried, survived: tried, as: "each change it makes" });
        });
});
