import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { projectFolder } from "../../tools/cache";
import { bundled } from "../../tools/bundle.cjs";
import { run } from "../../tools/run";

describe("the bundled program", () => {
    let folder: string;
    const write = async (path: string, text: string): Promise<void> => {
        await writeFile(join(folder, path), text);
        // As if it had been there for a while.
        await utimes(join(folder, path), new Date(1e12), new Date(1e12));
    };
    const cache = (): string => join(folder, "node_modules", ".cache", "ha-api-load-balancer");
    const kept = async (): Promise<{ code: string }> => {
        const [name] = await readdir(cache());
        return JSON.parse(await readFile(join(cache(), name!), "utf8")) as { code: string };
    };
    /** What the program exports as `answer`. */
    const answer = async (): Promise<unknown> => {
        const { code } = await bundled("index.ts", { folder });
        const module = { exports: {} as { answer?: unknown } };
        runInNewContext(code, { module, exports: module.exports, require: createRequire(__filename) });
        // An array of another realm is no equal of one of here.
        return JSON.parse(JSON.stringify(module.exports.answer));
    };

    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "ha-api-bundle-"));
        await mkdir(join(folder, "part"));
        await write(
            "index.ts",
            'import { where } from "./part/where";\nexport const answer: string[] = ["one", where];\n',
        );
        await write("part/where.ts", "export const where: string = __dirname;\n");
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    it("runs, and each of its files knows its own folder", async () => {
        assert.deepEqual(await answer(), ["one", join(folder, "part")]);
    });

    it("is compiled once", async () => {
        await answer();
        const { code, ...rest } = await kept();
        const [name] = await readdir(cache());
        await writeFile(join(cache(), name!), JSON.stringify({ ...rest, code: code.replace('"one"', '"kept"') }));
        assert.deepEqual(await answer(), ["kept", join(folder, "part")]);
    });

    it("is compiled again when any of its files is another one, were it as long as before", async () => {
        await answer();
        await writeFile(join(folder, "part/where.ts"), "export const where: string = `changed`;\n".slice(0, 40));
        assert.deepEqual(await answer(), ["one", "changed"]);
    });

    it("is compiled again when a file of it is gone, and says which one", async () => {
        await answer();
        await rm(join(folder, "part/where.ts"));
        await assert.rejects(answer(), /index\.ts:1:22: ERROR: Could not resolve "\.\/part\/where"/);
    });

    it("says where it cannot be compiled", async () => {
        await write("part/where.ts", "export const where = ;\n");
        await assert.rejects(answer(), /part\/where\.ts:1:21: ERROR: Unexpected ";"/);
    });

    it("runs in a checkout that cannot be written to", async () => {
        await writeFile(join(folder, "node_modules"), "no folder");
        assert.deepEqual(await answer(), ["one", join(folder, "part")]);
    });

    it("survives what an earlier run left half written", async () => {
        await answer();
        const [name] = await readdir(cache());
        for (const text of ["", "{", "[]", '{"inputs": 1}']) {
            await writeFile(join(cache(), name!), text);
            assert.deepEqual(await answer(), ["one", join(folder, "part")], text);
        }
    });

    it("is what Pulumi runs: an error in it names the line as it is written", async () => {
        // In a process of its own: whatever other tests configured is not there.
        const script = 'require("./program.cjs")().catch(({ stack }) => console.log(stack))';
        const output = await run(process.execPath, ["-e", script], { cwd: projectFolder });
        assert.match(output, /The configuration of stack [^]*\/stack\/readConfig\.ts:\d+/);
    });
});
