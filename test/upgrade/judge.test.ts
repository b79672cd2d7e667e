/** What the judge of upgrades lets pass, and what it does not. */
import assert from "node:assert/strict";
import type { Step } from "../../cli/preview/previewJson";
import { type Expectation, judge } from "./judge";

const step = (op: string, name: string, ...paths: string[]): Step => ({
    op,
    urn: `urn:pulumi:recorded::ha-api::command:remote:Command::${name}`,
    detailedDiff: Object.fromEntries(paths.map((path) => [path, { kind: "update" }])),
});

describe("the judge of upgrades", () => {
    const listed: Expectation[] = [
        { op: "update", resources: "*-packages", properties: ["stdin", "connection"], stacks: ["one"], why: "" },
        { op: "delete", resources: "old", why: "" },
    ];
    const unlisted = (steps: Step[], stack = "one") =>
        judge(steps, stack, listed).unlisted.map(({ op, resource }) => `${op} ${resource}`);

    it("lets pass what is listed, and knows which lines were needed", () => {
        const steps = [
            step("same", "any"),
            step("update", "a-packages", "stdin", "connection.hostKey"),
            step("delete", "old"),
        ];
        assert.deepEqual(unlisted(steps), []);
        assert.deepEqual([...judge(steps.slice(0, 2), "one", listed).used], [listed[0]]);
    });

    it("finds every other operation, property, resource and stack", () => {
        for (const op of ["create", "replace", "create-replacement", "delete-replaced", "delete"])
            assert.deepEqual(unlisted([step(op, "a-packages", "stdin")]), [`${op} a-packages`]);
        assert.deepEqual(unlisted([step("update", "a-packages", "stdin", "create")]), ["update a-packages"]);
        assert.deepEqual(unlisted([step("update", "a-packages-2", "stdin")]), ["update a-packages-2"]);
        assert.deepEqual(unlisted([step("update", "a-packages", "stdin")], "two"), ["update a-packages"]);
    });
});
