import assert from "node:assert/strict";
import { perObject } from "../../../components/text/perObject";

describe("what is remembered per object", () => {
    it("is computed once for the same object, also when it is undefined, and for each object by itself", () => {
        const asked: string[] = [];
        const firstLetter = perObject(({ name }: { name: string }) => {
            asked.push(name);
            return name[0];
        });
        const [a, nameless] = [{ name: "a" }, { name: "" }];
        const answers = [a, nameless, a, nameless, { name: "a" }].map(firstLetter);
        assert.deepEqual(answers, ["a", undefined, "a", undefined, "a"]);
        assert.deepEqual(asked, ["a", "", "a"]);
    });
});
