/**
 * What happens to those who run Pulumi: interruptions, two runs at once, states that are old or lost. The hosts serve
 * all the while, and the next `up` finishes.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cases } from "../../breadth";
import { observedDuring } from "../stack/support";
import { interruptedUp } from "./interruptedUp";
import { eventually, rack2, triedOn } from "./pair";

/** Of each kind. */
const INTERRUPTIONS = cases(20);
/** How long an `up` with a change takes on a machine that does something else too. */
const WHOLE_MS = 6000;

/** Of the host that is changed first. */
const CONFIGURATION = "sha256sum /etc/keepalived/keepalived.conf /etc/nginx/nginx.conf /etc/ha-api/watcher.conf";

const EVERY = { vrrp: { advertisementInterval: 0.2 }, balancing: { healthCheck: { interval: 1 } } };

describe("operators of a pair", function () {
    this.timeout(1_800_000);
    const { pair, survives } = triedOn("test-operators", {
        trouble: "interrupted runs, two at once, old and lost states",
        as: "each",
    });
    const { stack } = pair;
    let folder: string;
    /** Each time there is something to change. */
    let turn = 0;
    const nextSetting = (): Promise<void> => stack.configure(pair.with(turn++ % 2 === 0 ? EVERY : {}));

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "ha-api-operators-"));
    });
    after(() => rm(folder, { recursive: true, force: true }));

    async function finishes(): Promise<void> {
        await stack.up();
        await pair.atRest();
        await stack.up("--expect-no-changes");
    }

    for (const [title, signal] of [
        ["Control-C", "SIGINT"],
        ["the end of the machine that it runs on", "SIGKILL"],
    ] as const)
        it(`meet ${title} at any moment of a change: no request is lost, and the next up finishes`, async () => {
            for (let n = 0; n < INTERRUPTIONS; n++)
                await survives(async () => {
                    await nextSetting();
                    const ms = ((n + 0.5) / INTERRUPTIONS) * WHOLE_MS;
                    const seen = await observedDuring(async () => {
                        await interruptedUp(stack, signal, ms);
                        await sleep(1000);
                    });
                    assert.equal(seen.failed, 0, `after ${ms} ms: ${JSON.stringify(seen)}`);
                    await finishes();
                });
        });

    it("take a change back that was cut off while a host took it: the next up brings the host back too", () =>
        survives(async () => {
            await stack.configure(pair.with({}));
            await finishes();
            const before = await pair.on(rack2, CONFIGURATION);
            await stack.configure(pair.with(EVERY));
            await interruptedUp(stack, "SIGKILL", () =>
                eventually(
                    async () => (await pair.on(rack2, CONFIGURATION)) !== before,
                    () => `the change reaches ${rack2.name}`,
                ),
            );
            await stack.configure(pair.with({}));
            await finishes();
            assert.equal(await pair.on(rack2, CONFIGURATION), before);
        }));

    it("run two at once: the second is told that the first is busy, and changes nothing", () =>
        survives(async () => {
            await nextSetting();
            const results = await Promise.all([1, 2].map(() => stack.pulumi("up", "--yes", "--skip-preview")));
            const failed = results.filter(({ status }) => status !== 0);
            assert.ok(failed.length <= 1, "one is through");
            for (const { output } of failed) assert.match(output, /locked/);
            await finishes();
        }));

    it("run one during a drill: whichever gives way, all is healthy at the end", () =>
        survives(async () => {
            await nextSetting();
            const drill = stack.command("drill", "--yes", "--fault", "proxy-hung", "--hold", "4");
            await sleep(4000);
            await stack.pulumi("up", "--yes", "--skip-preview");
            await drill;
            await finishes();
        }));

    it("have the state from before the last change: the change is made again, and finds itself made", () =>
        survives(async () => {
            const file = join(folder, "state.json");
            await writeFile(file, await stack.state());
            await nextSetting();
            await stack.up();
            await stack.must("stack", "import", "--file", file);
            await finishes();
        }));

    it("have lost the state: an up on the same machines takes them over as they are", () =>
        survives(async () => {
            await stack.must("stack", "rm", "--yes", "--force", "--preserve-config");
            await stack.must("stack", "init", stack.name);
            await stack.configure(pair.with(EVERY));
            const seen = await observedDuring(() => stack.up());
            assert.equal(seen.failed, 0, JSON.stringify(seen));
            await finishes();
        }));
});
