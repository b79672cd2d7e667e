/** Where a version's tree comes from, and what is said where there is none. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../tools/run";
import { checkOut, type Version } from "./versions";

describe("the tree of a version", () => {
    let folder: string;
    let whole: string;
    let version: Version;

    const git = (...args: string[]): Promise<string> =>
        run("git", ["-C", whole, "-c", "user.name=A", "-c", "user.email=a@example.com", ...args]);

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "ha-api-versions-"));
        whole = join(folder, "whole");
        await run("git", ["init", "--quiet", whole]);
        for (const text of ["first", "second"]) {
            await writeFile(join(whole, "a"), text);
            await git("add", "a");
            await git("commit", "--quiet", "--message", text);
        }
        version = { version: "0.0.1", commit: (await git("rev-parse", "HEAD~1")).trim(), outputs: [] };
    });
    after(() => rm(folder, { recursive: true, force: true }));

    it("comes from its commit", async () => {
        const tree = join(folder, "tree");
        await checkOut(version, tree, whole);
        assert.equal(await readFile(join(tree, "a"), "utf8"), "first");
    });

    it("is missed in a shallow clone by name, with what to do", async () => {
        const shallow = join(folder, "shallow");
        await run("git", ["clone", "--quiet", "--depth", "1", `file://${whole}`, shallow]);
        await assert.rejects(checkOut(version, join(folder, "none"), shallow), {
            name: "UserError",
            message: new RegExp(
                `^Version 0\\.0\\.1 cannot be tested: its commit ${version.commit} is not in ${shallow}, ` +
                    "which is a shallow clone\\. Fetch the history: git fetch --unshallow;",
            ),
        });
    });

    it("is missed where its commit is unknown", async () => {
        await assert.rejects(
            checkOut({ ...version, commit: "0123456789012345678901234567890123456789" }, join(folder, "none"), whole),
            /is not in .*, which is no clone of this project's history\.$/,
        );
    });
});
