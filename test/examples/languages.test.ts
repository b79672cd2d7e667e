/** Programs in other languages, previewed by the engine, with the clone as an executable plugin. */
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { ensureLanguages } from "../../proving-ground/toolchain/languages";
import { projectFolder } from "../../tools/cache";
import { newReader, type Reader } from "../docs/ownPrograms";

interface Preview {
    steps: { op: string; newState?: { type: string; inputs?: object; outputs?: object } }[];
}

describe("the component in programs of other languages", function () {
    this.timeout(900_000);
    let reader: Reader;
    let path: string;

    before(async () => {
        path = (await ensureLanguages()).environment.PATH;
        reader = await newReader();
        // The packages of this checkout, which the plugin needs as npm ci in the clone makes them.
        await reader.run(`cp -al ${join(projectFolder, "node_modules")} node_modules`, reader.clone);
    });
    after(() => reader.remove());

    it("previews the example in YAML, and keeps the key a secret", async () => {
        const folder = join(reader.clone, "examples", "languages", "yaml");
        await cp(join(projectFolder, "examples", "languages", "yaml"), folder, { recursive: true });
        const preview = await reader.run(
            `export PATH='${path}'\npulumi stack init yaml >&2\n` +
                "pulumi config set --secret sshPrivateKey < ~/.ssh/id_ed25519 >&2\npulumi preview --json",
            folder,
        );
        const { steps } = JSON.parse(preview) as Preview;
        const created = steps.filter(({ op }) => op === "create");
        assert.equal(created.length, 8, created.map(({ newState }) => newState?.type).join(", "));
        assert.deepEqual(
            created.filter(({ newState }) => newState?.type === "ha-api-load-balancer:index:HaApiLoadBalancer").length,
            1,
        );
        assert.doesNotMatch(preview, /PRIVATE KEY/);
    });
});
