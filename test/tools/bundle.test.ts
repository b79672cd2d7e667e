import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { projectFolder } from "../../tools/cache";
import { bundled } from "../../tools/bundle.cjs";
import { run } from "../../tools/run";

const PROGRAM = `import * as pulumi from "@pulumi/pulumi";

interface NotThereAtRunTime { type: string }
export const value: NotThereAtRunTime["type"] = new pulumi.Config("other").require("nothing");
`;

const OTHERS = `
    const { readFileSync } = require("node:fs");
    const children = readFileSync("/proc/self/task/" + process.pid + "/children", "utf8").split(" ").filter(Boolean);
    return children.map((pid) => readFileSync("/proc/" + pid + "/environ", "utf8"));`;

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

    describe("as Pulumi runs it", () => {
        /** The stack of an error that the SDK throws at a call in line 4 of the program. */
        let stack: string[];
        /** Environments of the programs that it started. */
        let others: string[];

        before(async () => {
            // In a process of its own, which has loaded what Pulumi's runtime loads before.
            const checkout = await mkdtemp(join(tmpdir(), "ha-api-bundle-"));
            try {
                await mkdir(join(checkout, "tools"));
                await copyFile(join(projectFolder, "tools", "bundle.cjs"), join(checkout, "tools", "bundle.cjs"));
                await copyFile(join(projectFolder, "tsconfig.json"), join(checkout, "tsconfig.json"));
                await mkdir(join(checkout, "node_modules"));
                for (const name of ["@pulumi", "esbuild", "source-map-support", "yaml", "zod"])
                    await symlink(join(projectFolder, "node_modules", name), join(checkout, "node_modules", name));
                await writeFile(join(checkout, "index.ts"), PROGRAM);
                const script =
                    'require("source-map-support/register");' +
                    'require("./tools/bundle.cjs").loaded("index.ts", module)' +
                    ".catch((error) => console.log(JSON.stringify({ stack: error.stack, others: others() })));" +
                    `function others() { ${OTHERS} }`;
                const output = await run(process.execPath, ["-e", script], {
                    cwd: checkout,
                    env: { PULUMI_CONFIG: '{"ha-api:vrrpPassword":"RECOGNISABLE"}' },
                });
                const told = JSON.parse(output) as { stack: string; others: string[] };
                stack = told.stack.split("\n");
                others = told.others;
            } finally {
                await rm(checkout, { recursive: true, force: true });
            }
        });

        it("has an error in it name the line as it is written", () => {
            assert.match(stack.join("\n"), /\/index\.ts:4:\d+/);
        });

        it("starts no program that is told its configuration, secrets and all", () => {
            assert.equal(others.length, 1, "esbuild is there");
            assert.doesNotMatch(others.join("\n"), /RECOGNISABLE/);
        });

        it("leaves places in the SDK as they are: Node.js cannot print those that its source maps make of them", () => {
            const places = stack.filter((line) => line.includes("node_modules"));
            assert.match(places.join("\n"), /@pulumi\/pulumi\/config\.js:\d+/);
            assert.doesNotMatch(places.join("\n"), /\.ts:/);
        });
    });
});
