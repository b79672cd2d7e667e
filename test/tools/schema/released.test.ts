import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../../tools/cache";
import { type Change, compareSchemas, type Schema } from "../../../tools/schema/compare";
import { isFarEnough } from "../../../tools/schema/version";

const read = (path: string): Schema => JSON.parse(readFileSync(join(projectFolder, path), "utf8")) as Schema;

const MAJOR: Change[] = [{ kind: "major", reason: "" }];
const MINOR: Change[] = [{ kind: "minor", reason: "" }];

describe("the version of the package", () => {
    it("is as far from the last release as the changes of the schema ask for, once it is another", () => {
        const [released, current] = [read("tools/schema/released.json"), read("schema.json")];
        if (released.version === current.version) return;
        const changes = compareSchemas(released, current);
        const list = changes.map(({ kind, reason }) => `${kind}: ${reason}`).join("\n");
        assert.ok(
            isFarEnough(released.version, current.version, changes),
            `${current.version} after ${released.version} promises less change than there is:\n${list}`,
        );
    });

    for (const [before, next, changes, expected] of [
        ["0.1.0", "0.1.1", [], true],
        ["0.1.0", "0.1.1", MINOR, true],
        ["0.1.0", "0.1.1", MAJOR, false],
        ["0.1.0", "0.2.0", MAJOR, true],
        ["0.1.0", "1.0.0", MAJOR, true],
        ["1.2.3", "1.2.4", MINOR, false],
        ["1.2.3", "1.3.0", MINOR, true],
        ["1.2.3", "1.3.0", MAJOR, false],
        ["1.2.3", "2.0.0", MAJOR, true],
        ["1.2.3", "1.2.3", MINOR, false],
        ["1.2.3", "1.1.0", MINOR, false],
    ] as const)
        it(`${next} after ${before} is ${expected ? "" : "not "}enough for ${changes[0]?.kind ?? "no"} change`, () =>
            assert.equal(isFarEnough(before, next, [...changes]), expected));
});
