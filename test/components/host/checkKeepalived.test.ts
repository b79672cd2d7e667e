import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programText } from "../../../components/host/assemble";
import { hostFiles } from "../../../components/render/host";
import { KEEPALIVED_CONF, PROXY_DOWN } from "../../../components/host/paths";
import { outcomeOf, type Outcome } from "../programs";
import { modelOf } from "../support";

/**
 * As keepalived 2.3 does, whose check resolves the paths of track files, wants them to be there, and names the file
 * with what it complains of.
 */
const KEEPALIVED = `#!/bin/bash
for file in $(sed -nE 's/^ *file (.*)/\\1/p' "$3"); do
    [[ -s $file ]] || { echo "($3: Line 18) realpath() error 2 (No such file or directory) for $file"; exit 4; }
done
if grep -n nopremptt "$3" > /dev/null; then echo "($3: Line 49) unknown keyword 'nopremptt' beside $file"; exit 1; fi
`;

describe("the check of keepalived's configuration", () => {
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "ha-api-check-"));
        writeFileSync(join(folder, "keepalived"), KEEPALIVED);
        chmodSync(join(folder, "keepalived"), 0o755);
    });
    after(() => rmSync(folder, { recursive: true }));

    const path = (): string => join(folder, "keepalived.conf");
    function verdict(change: (text: string) => string = (text) => text): Outcome {
        const model = modelOf();
        writeFileSync(
            path(),
            change(hostFiles(model, model.hosts[0]!).find((file) => file.path === KEEPALIVED_CONF)!.content),
        );
        const program = ["bash", "-c", programText("check-keepalived"), "bash", path()];
        return outcomeOf("env", [`PATH=${folder}:${process.env["PATH"]}`, ...program]);
    }

    it("asks for no file that is there only while the services run", () => {
        assert.deepEqual(verdict(), { status: 0, output: "" });
    });

    it("speaks of the files by the names they have, not of the copy", () => {
        const { status, output } = verdict((text) => text.replace("nopreempt", "nopremptt"));
        assert.equal(status, 1);
        assert.match(
            output,
            new RegExp(
                `^\\(${path()}: Line 49\\) unknown keyword 'nopremptt' beside ` +
                    `(${PROXY_DOWN}|/run/ha-api/proxy-hung)\n$`,
            ),
        );
    });
});
