import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";

const hook = join(projectFolder, "tools", "quickStart.cjs");

/** What a program prints in a Node.js of its own, started as Pulumi's runtime is. */
function printed(program: string): string {
    return execFileSync(process.execPath, ["--require", hook, "-e", program], {
        cwd: projectFolder,
        encoding: "utf8",
        env: { PATH: process.env["PATH"] },
    }).trim();
}

describe("the quick start of Pulumi's runtime", function () {
    this.timeout(60_000);
    const loaded =
        "Object.keys(require.cache).filter((file) => " +
        "/node_modules.(typescript.lib|@npmcli.arborist.lib)/.test(file)).length";

    it("leaves the compiler and npm's resolver out", () => {
        assert.equal(printed(`require("@pulumi/pulumi"); console.log(${loaded});`), "0");
    });
    it("loads the compiler when a function is to become text", () => {
        const program = `const pulumi = require("@pulumi/pulumi");
            pulumi.runtime.serializeFunction(() => 41 + 1).then(({ text }) => console.log(/41 \\+ 1/.test(text), ${loaded} > 0));`;
        assert.equal(printed(program), "true true");
    });
    it("leaves everybody else's modules alone", () => {
        assert.equal(printed('console.log(typeof require("typescript").version)'), "string");
    });
});
