import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findCli, isAtLeast } from "../../proving-ground/toolchain/cli";
import { buildFromGo, builtBefore } from "../../proving-ground/toolchain/goBuild";
import { engine } from "../../proving-ground/toolchain/recipes/engine";
import { kubernetes } from "../../proving-ground/toolchain/recipes/kubernetes";
import { pluginPins, pulumiVersion } from "../../proving-ground/toolchain/versions";
import { standIns } from "../../plugin-stand-ins/versions";

describe("the toolchain", () => {
    const path = process.env["PATH"];
    let folder: string;

    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "ha-api-toolchain-"));
    });
    afterEach(async () => {
        process.env["PATH"] = path;
        await rm(folder, { recursive: true, force: true });
    });

    /** Puts a program on an otherwise empty PATH. */
    async function onlyProgram(name: string, prints: string): Promise<void> {
        await writeFile(join(folder, name), `#!/bin/sh\necho '${prints}'\n`);
        await chmod(join(folder, name), 0o755);
        process.env["PATH"] = folder;
    }

    it("takes the pulumi on PATH when it is new enough", async () => {
        await onlyProgram("pulumi", "v3.999.0");
        const cli = await findCli("3.253.0", join(folder, "home"), join(folder, "go"));
        assert.equal(cli.origin, "PATH");
        assert.deepEqual(cli.path, [folder]);
    });

    it("says in one sentence what to do where Go is missing", async () => {
        process.env["PATH"] = folder;
        await assert.rejects(buildFromGo(join(folder, "go"), engine("3.253.0")), (error: Error) => {
            assert.equal(error.name, "UserError");
            assert.match(
                error.message,
                /^Pulumi is not on PATH, could not be downloaded, and cannot be built here because Go is missing: install Pulumi .* or Go 1\.21 or newer, and run again\.$/,
            );
            return true;
        });
    });

    it("says so too where Go is too old, with the version it found", async () => {
        await onlyProgram("go", "go1.19.8");
        await assert.rejects(
            buildFromGo(join(folder, "go"), engine("3.253.0")),
            /because Go is too old \(go1\.19\.8\)/,
        );
    });

    it("says what is missing for real API servers, which nothing else can replace", async () => {
        process.env["PATH"] = folder;
        await assert.rejects(
            buildFromGo(join(folder, "go"), kubernetes),
            /^UserError: Real API servers .* because Go is missing: install Go 1\.21 or newer, and run again\.$/,
        );
    });

    it("does not mistake a folder without a finished build for one", async () => {
        assert.equal(await builtBefore(join(folder, "go"), engine("3.253.0")), undefined);
    });

    it("compares versions by number", () => {
        assert.equal(isAtLeast("3.253.0", "3.253.0"), true);
        assert.equal(isAtLeast("3.1000.0", "3.253.0"), true);
        assert.equal(isAtLeast("3.99.9", "3.253.0"), false);
        assert.equal(isAtLeast("4.0.0-alpha.1", "3.253.0"), true);
    });

    it("has stand-ins for exactly the plugin versions the npm packages ask for, never the stray 4.5.0 of command", () => {
        const pins = Object.fromEntries(pluginPins().map(({ name, version }) => [name, version]));
        for (const { name, version } of Object.values(standIns)) assert.equal(pins[name], version, name);
        assert.match(pins["command"] ?? "", /^1\.2\./);
        assert.match(pulumiVersion(), /^3\.\d+\.\d+$/);
    });
});
