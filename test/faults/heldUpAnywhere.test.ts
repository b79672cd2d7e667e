/**
 * A step is held up after any of its changes, as by a disk that does not answer, and whoever waits for it gives up and
 * begins another: both come to their ends, and what is there then is what one after the other would have made.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { manifestFor } from "../components/host/demo";
import { type FakeHost, noFakeHost } from "../components/host/fakeHost";
import { type Outcome, itNeeds } from "../components/programs";
import { type Change, changeOf, onHost, stateOf } from "./changes";
import { atEachPoint } from "./everyPoint";
import { noTracing, traced } from "./killed";

/** Points that CI tries of each pair. */
const FEW = 1;
/** So long the first one is held up, if the second does not end before that. */
const HELD_MS = 700;

interface Next extends Pick<Change, "program" | "input"> {
    title: string;
}

const configured: Next = {
    title: "a configuration",
    program: "converge",
    input: (host) => manifestFor(host, { answer: "three", files: { "/etc/demo/kept": "three\n" } }),
};
const ended: Next = { title: "the end", program: "restore", input: () => "" };
const same = ({ program, input }: Change): Next => ({ title: "the same again", program, input });

const PAIRS: [Change, (first: Change) => Next][] = [
    [changeOf("the first configuration"), () => ended],
    [changeOf("another setting"), same],
    [changeOf("another setting"), () => configured],
    [changeOf("another setting"), () => ended],
    [changeOf("a setting of VRRP"), same],
    [changeOf("another proxy"), () => ended],
    [changeOf("the end, on a machine with an owner's own file"), () => configured],
    [changeOf("credentials"), same],
];

/** What is there when the one has run after the other. */
async function afterBoth(change: Change, next: Next, order: "as told" | "the other way"): Promise<object> {
    return onHost(async (host) => {
        await change.before?.(host);
        const both = order === "as told" ? [change, next] : [next, change];
        for (const { program, input } of both) {
            const { status, output } = await host.run(program, input(host));
            assert.equal(status, 0, output);
        }
        return stateOf(host);
    });
}

/** What both had to tell; fails where one of them failed. */
async function heldUp(host: FakeHost, change: Change, next: Next, at: number): Promise<string> {
    let second: Promise<Outcome> | undefined;
    const first = await traced(host, change.program, change.input(host), {
        at,
        meanwhile: async () => {
            second = host.run(next.program, next.input(host));
            await Promise.race([second, sleep(HELD_MS)]);
        },
    });
    assert.ok(second !== undefined, `it was not held up at ${at}: ${first.output}`);
    const { status, output } = await second;
    const outputs = `held up at ${at}\nfirst: ${first.output}\nsecond: ${output}`;
    assert.deepEqual([first.status, status], [0, 0], outputs);
    return outputs;
}

describe("a step that is held up after any of its changes", function () {
    this.timeout(3_600_000);
    const need = noFakeHost() || noTracing();

    for (const [change, nextTo] of PAIRS) {
        const next = nextTo(change);
        const pair = `${change.title}, and meanwhile ${next.title}`;
        itNeeds(need, `is not mixed with the next one: ${pair}`, async () => {
            const good = [await afterBoth(change, next, "as told"), await afterBoth(change, next, "the other way")];
            await atEachPoint(change, { few: FEW, trouble: `held up: ${pair}` }, async (host, at) => {
                const outputs = await heldUp(host, change, next, at);
                const state = stateOf(host);
                if (!good.some((each) => isDeepStrictEqual(each, state))) assert.deepEqual(state, good[0], outputs);
            });
        });
    }
});
