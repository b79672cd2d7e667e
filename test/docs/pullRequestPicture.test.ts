/** docs/pull-request.svg shows what the command makes today. UPDATE_GOLDEN=1 draws it again. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";
import { commentOn, recorded } from "../cli/preview/support";
import { pullRequestPicture } from "./pullRequestPicture";

describe("README's picture of a pull request", () => {
    const file = join(projectFolder, "docs", "pull-request.svg");

    it("is drawn from the comment on a recorded preview", () => {
        const expected = pullRequestPicture(commentOn(recorded("apiServerRemoved")));
        if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, expected);
        assert.equal(readFileSync(file, "utf8"), expected, "draw it again with UPDATE_GOLDEN=1");
        assert.match(expected, /proxy reloaded/);
        assert.match(expected, /-{1}.*10\.30\.100\.53:6443/);
    });
});
