/** README's and the example's way to a program of one's own, as printed, from a clone that nothing was installed in. */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { theBlock } from "../docs/blocks";
import { newReader, type Reader } from "../docs/ownPrograms";

describe("the component in a program of one's own, as printed", function () {
    this.timeout(600_000);
    const example = join("examples", "own-stack", "README.md");
    let reader: Reader;

    // One clone, which the first test finds fresh: what installs from it installs what it needs.
    before(async () => { reader = await newReader(); });
    after(() => reader.remove());

    /** Types and what is planned, for README's program in `folder`, into which the package is installed. */
    async function worksWithProxmox(folder: string): Promise<void> {
        await writeFile(join(folder, "index.ts"), theBlock("README.md", "ts", "program").text);
        await reader.run("npx --no-install tsc --noEmit", folder);
        const login = theBlock("README.md", "sh", "program", "pulumi stack init").text.replace("init prod", `init ${basename(folder)}`);
        const said = await reader.run(login, folder, "root@pam!pulumi=00000000-0000-0000-0000-000000000000");
        assert.match(said, /\+ 11 to create/);
        const versions = await reader.run("npm ls --all --parseable @pulumi/pulumi", folder);
        assert.equal(versions.trim().split("\n").length, 1, `one copy of the SDK, not:\n${versions}`);
    }

    it("installs from a fresh clone, compiles, and previews", async () => {
        await assert.rejects(readdir(join(reader.clone, "node_modules")));
        const folder = await reader.program("my-site");
        await reader.run(theBlock("README.md", "sh", "program", "--install-links").text, folder);
        await worksWithProxmox(folder);
    });

    it("installs from the packed file, compiles, and previews", async () => {
        const folder = await reader.program("my-other-site");
        await reader.run("cp ../ha-api-load-balancer/examples/own-stack/{Pulumi.yaml,tsconfig.json} .", folder);
        await reader.run(theBlock("README.md", "sh", "program", "npm pack").text, folder);
        await worksWithProxmox(folder);
        const versions = JSON.parse(await readFile(join(reader.clone, "package.json"), "utf8")) as { version: string };
        assert.ok((await readdir(reader.clone)).includes(`ha-api-load-balancer-${versions.version}.tgz`), "the clone holds the packed file");
    });

    it("previews the example where it is", async () => {
        const said = await reader.run(theBlock(example, "sh", "example").text, join(reader.clone, "examples", "own-stack"));
        assert.match(said, /\+ 8 to create/);
        assert.match(said, /kubeconfigServerUrl *: "https:\/\/10\.30\.100\.100:6443"/);
    });

    it("previews the example in a folder beside the clone", async () => {
        const folder = await reader.program("my-machines");
        await reader.run(theBlock(example, "sh", "program", "--install-links").text, folder);
        await reader.run("npx --no-install tsc --noEmit", folder);
        const said = await reader.run("pulumi stack init beside && pulumi config set --secret sshPrivateKey < ~/.ssh/id_ed25519 && pulumi preview", folder);
        assert.match(said, /\+ 8 to create/);
    });
});
