import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mocha } from "../mocha";

describe("a run of mocha", () => {
    let folder: string;
    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "ha-api-test-"));
    });
    after(() => rm(folder, { recursive: true }));

    it("is stopped when it takes too long, which is a failure that says so, with what it printed", async function () {
        this.timeout(60_000);
        const file = join(folder, "hangs.test.ts");
        const hangs = 'it("hangs", () => new Promise((end) => setTimeout(end, 19_000)));';
        await writeFile(file, `it("is quick", () => {});\n${hangs}\n`);
        const { counts, output } = await mocha([file], { keepOutput: true, limit: 8000 });
        assert.equal(counts.failed, 1);
        assert.match(output, /✔ is quick[^]*1 failing[^]*did not end within 8\.0 s/);
    });
});
