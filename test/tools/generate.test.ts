import assert from "node:assert/strict";
import { derivedFiles } from "../../tools/generate/derived";

describe("what follows from the declarations of the inputs and of the layers", () => {
    for (const { path, now, wanted } of derivedFiles())
        it(`is in ${path}, as npm run generate writes it`, () => assert.equal(now, wanted));

    it("is every input with its limits and its default", () => {
        const guide = derivedFiles().find(({ path }) => path === "docs/guide.md")!.wanted;
        for (const part of [
            "**`vrrp.check.weight`**: Added to the priority",
            "*Whole seconds, 0 to 86400. Default: 10.*",
            "*1 to 255. Default: the last octet of the VIP, 255 for 0.*",
            "\n  - `tolerant`: every 0.3 s",
        ])
            assert.ok(guide.includes(part), part);
    });
});
