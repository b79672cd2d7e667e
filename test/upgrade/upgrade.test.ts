/**
 * States that earlier versions left, previewed by this one on the real engine: nothing is replaced, removed or made,
 * and no step runs on a host, but for what recorded/VERSION/expected.json lists with its reason. A list tells users
 * what an upgrade does: it goes into CHANGELOG.md. How states are recorded: CONTRIBUTING.md, "Making a release".
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPreview } from "../../cli/preview/previewJson";
import { ensureToolchain } from "../../proving-ground/toolchain";
import { projectFolder } from "../../tools/cache";
import { type Expectation, judge } from "./judge";
import { type Exported, type Texts, unpacked } from "./recording";
import { ENDPOINT, environmentIn, RECORDED, STACK, stackFolder, STACKS } from "./stacks";

const readJson = <T>(...path: string[]): T => JSON.parse(readFileSync(join(RECORDED, ...path), "utf8")) as T;

for (const version of readdirSync(RECORDED).sort()) {
    describe(`an upgrade of what version ${version} left`, function () {
        this.timeout(120_000);
        let folder: string;
        const expected = readJson<Expectation[]>(version, "expected.json");
        const unused = new Set(expected);

        before(async function () {
            this.timeout(600_000);
            await ensureToolchain();
            folder = await mkdtemp(join(tmpdir(), "ha-api-upgrade-"));
        });
        after(() => rm(folder, { recursive: true, force: true }));

        async function pulumi(cwd: string, ...args: string[]): Promise<string> {
            const { execa } = await import("execa");
            const { stdout } = await execa("pulumi", [...args, "--non-interactive", "--color", "never"], {
                cwd,
                env: { ...(await ensureToolchain()).environment, ...environmentIn(folder) },
                stdin: "ignore",
            });
            return stdout;
        }

        for (const stack of Object.keys(STACKS)) {
            it(`does to the stack ${stack} what is listed, and nothing else`, async () => {
                const site = join(folder, stack);
                await stackFolder(site, stack, projectFolder, ENDPOINT, { verify: false });
                const state = unpacked(
                    readJson<Exported>(version, `${stack}.json`),
                    readJson<Texts>(version, "texts.json"),
                );
                await writeFile(join(site, "state.json"), JSON.stringify(state));
                await pulumi(site, "stack", "init", STACK);
                await pulumi(site, "stack", "import", "--stack", STACK, "--file", "state.json");
                const output = await pulumi(site, "preview", "--stack", STACK, "--json");
                await pulumi(site, "stack", "rm", STACK, "--yes", "--force", "--preserve-config");
                const { unlisted, used } = judge(readPreview(output, stack).steps, stack, expected);
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
