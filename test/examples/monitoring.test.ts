/** What examples/monitoring has for Prometheus and Grafana, by promtool. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { programText } from "../../components/host/assemble";
import { projectFolder } from "../../tools/cache";
import { itNeeds } from "../components/programs";
import { noPromtool, promtool } from "../prometheus";

const EXAMPLE = join(projectFolder, "examples", "monitoring");
const ALERTS = join(EXAMPLE, "alerts.yaml");
const text = (name: string): string => readFileSync(join(EXAMPLE, name), "utf8");

interface Panel {
    title: string;
    datasource: { uid: string };
    targets: { expr: string; datasource: { uid: string } }[];
}
interface Dashboard {
    uid: string;
    id?: number;
    panels: Panel[];
}
const dashboard = (): Dashboard => JSON.parse(text("dashboard.json")) as Dashboard;
/** As Grafana asks when all VIPs are chosen. */
const asked = ({ targets }: Panel): string[] =>
    targets.map(({ expr }) => expr.replaceAll("$__rate_interval", "1m").replaceAll("$vip", ".*"));

describe("the examples for Prometheus", function () {
    this.timeout(120_000);

    itNeeds(noPromtool, "have alerts that are a rule file", () => {
        promtool(["check", "rules", ALERTS]);
    });
    itNeeds(noPromtool, "have alerts that fire when they should, and only then", () => {
        promtool(["test", "rules", join(EXAMPLE, "alerts.test.yaml")]);
    });
    itNeeds(noPromtool, "have a configuration that Prometheus takes", () => {
        promtool(["check", "config", "--syntax-only", join(EXAMPLE, "prometheus.yml")]);
    });

    itNeeds(noPromtool, "have a dashboard whose panels ask what Prometheus understands", () => {
        const rules = dashboard()
            .panels.flatMap(asked)
            .map((expr, index) => ({ record: `panel:${index}`, expr }));
        assert.equal(rules.length, 7);
        const folder = mkdtempSync(join(tmpdir(), "ha-api-dashboard-"));
        try {
            writeFileSync(join(folder, "rules.yaml"), stringify({ groups: [{ name: "dashboard", rules }] }));
            promtool(["check", "rules", join(folder, "rules.yaml")]);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("have a dashboard that goes into any Grafana: of a fixed uid, and a data source that is chosen there", () => {
        const { uid, id, panels } = dashboard();
        assert.deepEqual([uid, id], ["ha-api", undefined]);
        const sources = panels.flatMap((panel) => [panel, ...panel.targets]).map(({ datasource }) => datasource.uid);
        assert.deepEqual([...new Set(sources)], ["${datasource}"]);
    });

    it("ask for metrics that the watcher writes", () => {
        const names = (from: string): string[] => [...new Set(from.match(/\bha_api_\w+/g))].sort();
        const written = names(programText("watch"));
        const wanted = [...names(text("alerts.yaml")), ...names(dashboard().panels.flatMap(asked).join(" "))];
        assert.ok(wanted.length > 8, wanted.join(", "));
        assert.deepEqual(
            wanted.filter((name) => !written.includes(name)),
            [],
        );
    });
});
