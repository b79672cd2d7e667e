import assert from "node:assert/strict";
import { longLines } from "../../tools/check/hostPrograms";

describe("the check of programs in shell and Perl", () => {
    it("names each line of more than 120 columns", () => {
        const text = ["#".repeat(120), "#".repeat(121), "", "x".repeat(200)].join("\n");
        assert.deepEqual(longLines({ name: "a.sh", text }), ["a.sh:2", "a.sh:4"]);
    });
});
