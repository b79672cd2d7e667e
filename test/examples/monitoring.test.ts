/** The alerts of examples/monitoring, by promtool, which is unpacked from Debian's package and not installed. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";
import { findProgram, isRoot, itNeeds, outcomeOf } from "../components/programs";

const need = (!isRoot && "not root") || (findProgram("apt-get") === undefined && "no apt-get");
const EXAMPLE = join(projectFolder, "examples", "monitoring");

describe("the alerts of examples/monitoring", function () {
    this.timeout(120_000);
    const folder = mkdtempSync(join(tmpdir(), "ha-api-promtool-"));
    const promtool = join(folder, "usr/bin/promtool");

    function succeeds(command: string, args: string[]): void {
        const { status, output } = outcomeOf(command, args);
        assert.equal(status, 0, output);
    }

    before(() => {
        if (need !== false) return;
        succeeds("sh", ["-c", 'cd "$0" && apt-get -q download prometheus', folder]);
        const packed = readdirSync(folder).find((file) => file.endsWith(".deb"))!;
        succeeds("dpkg-deb", ["--extract", join(folder, packed), folder]);
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    itNeeds(need, "are a rule file", () => succeeds(promtool, ["check", "rules", join(EXAMPLE, "alerts.yaml")]));
    itNeeds(need, "fire when they should, and only then", () =>
        succeeds(promtool, ["test", "rules", join(EXAMPLE, "alerts.test.yaml")]),
    );
});
