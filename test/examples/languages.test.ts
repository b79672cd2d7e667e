/** What programs of other languages see before anything is made: by the engine, with the clone as its plugin. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";
import { some } from "../breadth";
import { newReader, type Reader } from "../docs/ownPrograms";
import { foreignProgram, type ForeignProgram, noRuntime } from "./foreignPrograms";
import { type Change, MISTAKES } from "./refusals";

interface Preview {
    steps: { op: string; newState?: { type: string } }[];
}

describe("the component in programs of other languages", function () {
    this.timeout(900_000);
    let reader: Reader;

    before(async () => {
        reader = await newReader();
        // The packages of this checkout, which the plugin needs as npm ci in the clone makes them.
        await reader.run(`cp -al ${join(projectFolder, "node_modules")} node_modules`, reader.clone);
    });
    after(() => reader.remove());

    // The other languages have the same schema and plugin; test/release/languages has whole lives in each.
    for (const language of some(["yaml", "python"] as const))
        describe(`in ${language}`, () => {
            const { file, mistakes } = MISTAKES[language];
            let program: ForeignProgram;
            let text: string;

            before(async function () {
                const missing = await noRuntime(language);
                if (missing !== undefined) {
                    process.stderr.write(`skipped: ${missing}\n`);
                    this.skip();
                }
                program = await foreignProgram(reader, language);
                text = await readFile(join(program.folder, file), "utf8");
                await program.run(
                    "pulumi stack init test\npulumi config set --secret sshPrivateKey < ~/.ssh/id_ed25519\n" +
                        "pulumi config set --secret name hidden-name",
                );
            });

            async function write(changes: Change[]): Promise<void> {
                let changed = text;
                for (const [part, by] of changes) {
                    assert.ok(changed.includes(part), `${file} has ${part}`);
                    changed = changed.replace(part, () => by);
                }
                await writeFile(join(program.folder, file), changed);
            }

            it("is previewed, and the key stays a secret", async () => {
                const preview = await program.run("pulumi preview --json 2> /dev/null");
                const { steps } = JSON.parse(preview) as Preview;
                const created = steps.filter(({ op }) => op === "create").map(({ newState }) => newState?.type);
                assert.equal(created.length, 10, created.join(", "));
                const components = created.filter((type) => type === "ha-api-load-balancer:index:HaApiLoadBalancer");
                assert.equal(components.length, 1);
                assert.doesNotMatch(preview, /PRIVATE KEY/);
            });

            for (const { title, changes, printed, hidden } of mistakes)
                it(`is refused ${title}`, async () => {
                    await write(changes);
                    const output = await program.run("! pulumi preview --non-interactive");
                    for (const each of printed) assert.match(output, each);
                    if (hidden !== undefined) assert.doesNotMatch(output, hidden);
                });
        });
});
