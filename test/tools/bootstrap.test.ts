import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";

describe("the entry of the npm scripts", function () {
    this.timeout(20_000);
    let checkout: string;

    /** Until it ends, with a program of its own for npm, which takes a while. */
    const node = (...args: string[]): Promise<void> =>
        new Promise((resolve, reject) => {
            const child = spawn(process.execPath, args, {
                cwd: checkout,
                env: { ...process.env, PATH: `${checkout}/bin:${process.env["PATH"] ?? ""}` },
                stdio: "ignore",
            });
            child.on("error", reject);
            child.on("close", () => resolve());
        });
    const start = (): Promise<void> => node(join("tools", "bootstrap.cjs"), "check");
    const calls = async (folder = "."): Promise<string[]> =>
        (await readFile(join(checkout, folder, "calls"), "utf8")).trim().split("\n");
    const installations = async (): Promise<number> => (await calls()).length;

    beforeEach(async () => {
        checkout = await mkdtemp(join(tmpdir(), "ha-api-bootstrap-"));
        await mkdir(join(checkout, "tools"));
        await mkdir(join(checkout, "bin"));
        for (const program of ["bootstrap.cjs", "packages.cjs"])
            await copyFile(join(projectFolder, "tools", program), join(checkout, "tools", program));
        await writeFile(join(checkout, "package-lock.json"), "{}");
        const npm = join(checkout, "bin", "npm");
        await writeFile(npm, '#!/bin/sh\necho "$*" >> calls\nsleep 0.5\nmkdir -p node_modules\n');
        await chmod(npm, 0o755);
    });
    afterEach(() => rm(checkout, { recursive: true, force: true }));

    it("installs once, however many are started at once", async () => {
        await Promise.all([start(), start(), start()]);
        assert.equal(await installations(), 1);
    });

    it("installs again when other packages are wanted", async () => {
        await start();
        await writeFile(join(checkout, "package-lock.json"), '{"other": true}');
        await start();
        assert.equal(await installations(), 2);
    });

    it("waits for no process that is gone", async () => {
        const name = createHash("sha256").update(checkout).digest("hex").slice(0, 12);
        // Above the greatest number that Linux gives a process.
        await writeFile(join(tmpdir(), `ha-api-install-${name}`), "4194305");
        await start();
        assert.equal(await installations(), 1);
    });

    it("and what installs in another folder share the way: once, with options of its own", async () => {
        await mkdir(join(checkout, "site"));
        await writeFile(join(checkout, "site", "package-lock.json"), "{}");
        const install = `require("./tools/packages.cjs").installPackages("site", "", ["--ignore-scripts"])`;
        await Promise.all([node("-e", install), node("-e", install)]);
        assert.deepEqual(await calls("site"), ["ci --no-audit --no-fund --loglevel=error --ignore-scripts"]);
    });
});
