/**
 * States that earlier versions left, previewed by this one on the real engine: nothing is replaced, removed or made,
 * and no step runs on a host, but for what recorded/VERSION/expected.json lists with its reason. A list tells users
 * what an upgrade does: it goes into CHANGELOG.md. How states are recorded: CONTRIBUTING.md, "Making a release".
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureToolchain } from "../../proving-ground/toolchain";
import { type Expectation, judge } from "./judge";
import { recorded, RecordedStack } from "./recordedStack";
import { RECORDED, STACKS } from "./stacks";

for (const version of readdirSync(RECORDED).sort()) {
    describe(`an upgrade of what version ${version} left`, function () {
        this.timeout(120_000);
        let folder: string;
        const expected = recorded<Expectation[]>(version, "expected.json");
        const unused = new Set(expected);

        before(async function () {
            this.timeout(600_000);
            await ensureToolchain();
            folder = await mkdtemp(join(tmpdir(), "ha-api-upgrade-"));
        });
        after(() => rm(folder, { recursive: true, force: true }));

        for (const stack of Object.keys(STACKS)) {
            it(`does to the stack ${stack} what is listed, and nothing else`, async () => {
                const { steps } = await (await RecordedStack.create(folder, stack, version, stack)).previewed();
                const { unlisted, used } = judge(steps, stack, expected);
                for (const each of used) unused.delete(each);
                assert.deepEqual(
                    unlisted,
                    [],
                    `not in ${version}/expected.json; what belongs there belongs into CHANGELOG.md too`,
                );
            });
        }

        it("lists nothing that does not happen", () => {
            assert.deepEqual([...unused], []);
        });
    });
}
