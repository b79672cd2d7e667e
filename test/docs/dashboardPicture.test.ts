/**
 * docs/dashboard.svg shows the dashboard's panels of today, with what docs/dashboard.json has recorded. UPDATE_GOLDEN=1
 * draws it again; RECORD_DASHBOARD=1 has test/release/prometheus.test.ts record it again.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";
import { dashboardPicture, type Panel, type Recorded } from "./dashboardPicture";

const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(projectFolder, ...path), "utf8"));

describe("the documents' picture of the dashboard", () => {
    const file = join(projectFolder, "docs", "dashboard.svg");
    const { panels } = read("examples", "monitoring", "dashboard.json") as { panels: Panel[] };
    const recorded = read("docs", "dashboard.json") as Recorded;

    it("is drawn from what a real Prometheus answered", () => {
        const expected = dashboardPicture(panels, recorded);
        if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, expected);
        assert.equal(readFileSync(file, "utf8"), expected, "draw it again with UPDATE_GOLDEN=1");
    });

    it("has something in every panel", () => {
        for (const { title } of panels) {
            const { series } = recorded.panels.find((each) => each.title === title)!;
            assert.ok(series.length > 0, `${title}: record it again with RECORD_DASHBOARD=1`);
        }
    });
});
