import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FAULTS } from "../../../shared/faults/catalogue";
import { faultTable } from "../../../shared/faults/document";
import { projectFolder } from "../../../tools/cache";

const FILE = join(projectFolder, "docs", "operations.md");
const TABLE = /(?<=\n)\| `--fault` \|[^]*?(?=\n\n)/;

describe("the catalogue of faults", () => {
    it("is the table in docs/operations.md (UPDATE_GOLDEN=1 writes it)", () => {
        const text = readFileSync(FILE, "utf8");
        if (process.env["UPDATE_GOLDEN"] === "1")
            writeFileSync(
                FILE,
                text.replace(TABLE, () => faultTable()),
            );
        else assert.equal(TABLE.exec(text)?.[0], faultTable());
    });

    it("has names of its own, and says what each does and what is expected", () => {
        assert.equal(new Set(FAULTS.map(({ name }) => name)).size, FAULTS.length);
        for (const { name, plan, expected } of FAULTS) assert.ok(plan.length > 10 && expected.length > 10, name);
    });
});
