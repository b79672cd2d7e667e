/**
 * The power goes after any change that a step makes to a host, or the connection of whoever waits for it: what is in
 * place is whole, the one or the other, and the next run ends as if nothing had happened.
 */
import assert from "node:assert/strict";
import { CONF } from "../components/host/demo";
import { type FakeHost, noFakeHost } from "../components/host/fakeHost";
import { itNeeds } from "../components/programs";
import { type Change, CHANGES, stateOf } from "./changes";
import { atEachPoint } from "./everyPoint";
import { noTracing, traced } from "./killed";

/** Points that CI tries of each change. */
const FEW = 2;
const FEW_UNHEARD = 1;

describe("a step that is killed after any of its changes", function () {
    this.timeout(3_600_000);
    const need = noFakeHost() || noTracing();

    for (const change of CHANGES) {
        const { title, program, input, contents, file = CONF } = change;

        itNeeds(need, `leaves something whole, and the next run ends as it would have: ${title}`, () =>
            atEachPoint(change, { few: FEW, trouble: `killed: ${title}` }, async (host, at, { changes, state }) => {
                const { status, output } = await traced(host, program, input(host), { at });
                assert.equal(status, undefined, `it was not killed at ${at}: ${output}`);
                const where = `killed at ${at} of ${changes}`;
                assert.ok(contents.includes(host.read(file)), `${where}: ${host.read(file)}`);
                await endsAs(state, host, change, where);
            }),
        );

        itNeeds(need, `comes to its end, or the next run does, where nobody listens any more: ${title}`, () =>
            atEachPoint(
                change,
                { few: FEW_UNHEARD, trouble: `unheard: ${title}` },
                async (host, at, { changes, state }) => {
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
                    await endsAs(state, host, change, where);
                },
            ),
        );
    }
});

/** When it is run again. */
async function endsAs(state: object, host: FakeHost, { program, input }: Change, where: string): Promise<void> {
    const { status, output } = await host.run(program, input(host));
    assert.equal(status, 0, `${where}: ${output}`);
    assert.deepEqual(stateOf(host), state, `${where}: ${output}`);
}
