/** docs/policies.md names every rule with its level and settings, and its example can be used. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { policiesOf } from "../../policy/policies";
import { RULES } from "../../policy/rules";
import { projectFolder } from "../../tools/cache";
import { blocksOf } from "../docs/blocks";

const DOCUMENT = join("docs", "policies.md");

describe("the document on policies", () => {
    it("has each rule in its table, in their order, with level and settings", () => {
        const rows = readFileSync(join(projectFolder, DOCUMENT), "utf8")
            .split("\n")
            .filter((line) => line.startsWith("| `"));
        assert.equal(rows.length, RULES.length);
        for (const [index, policy] of policiesOf(RULES).entries()) {
            assert.ok(rows[index]!.startsWith(`| \`${policy.name}\` | ${policy.enforcementLevel} |`), rows[index]);
            for (const setting of Object.keys(policy.configSchema!.properties))
                assert.ok(rows[index]!.includes(`\`${setting}\``), `${policy.name} has ${setting}`);
        }
    });

    it("shows a file with policies and settings that there are", () => {
        const [block] = blocksOf(DOCUMENT).filter(({ language }) => language === "json");
        const file = JSON.parse(block!.text) as Record<string, string | Record<string, unknown>>;
        for (const [name, value] of Object.entries(file)) {
            const rule = RULES.find((one) => one.name === name);
            assert.ok(rule !== undefined, name);
            const level = typeof value === "string" ? value : (value["enforcementLevel"] ?? rule.level);
            assert.ok(
                ["mandatory", "advisory", "disabled"].some((one) => one === level),
                name,
            );
            for (const key of typeof value === "string" ? [] : Object.keys(value))
                assert.ok(key === "enforcementLevel" || key in rule.settings, `${name} has ${key}`);
        }
    });
});
