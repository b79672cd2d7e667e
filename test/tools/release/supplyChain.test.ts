/** What is installed along with the package: under which licences, and pinned by which checksums. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../../tools/cache";
import { run } from "../../../tools/run";

interface Locked {
    version?: string;
    /** Where it is not the registry that is asked for all. */
    resolved?: string;
    integrity?: string;
    license?: string;
    dev?: boolean;
}

const lockOf = (file: string): [name: string, locked: Locked][] => {
    const { packages } = JSON.parse(readFileSync(join(projectFolder, file), "utf8")) as {
        packages: Record<string, Locked>;
    };
    return Object.entries(packages)
        .filter(([path]) => path !== "")
        .map(([path, locked]) => [path.replace(/^.*node_modules\//, ""), locked]);
};

/** That ask for no more than their text to be kept. */
const PERMISSIVE = [
    ...["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "BlueOak-1.0.0", "Unlicense", "CC0-1.0"],
    ...["Python-2.0", "CC-BY-3.0"],
];
/** Whose package.json says it in no form that npm takes over; as in their file LICENSE. */
const OTHERWISE: Record<string, string> = {
    "@logdna/tail-file": "MIT",
    buildcheck: "MIT",
    "cpu-features": "MIT",
    ssh2: "MIT",
};

describe("the packages that are installed along", () => {
    const shipped = lockOf("package-lock.json").filter(([, { dev }]) => dev !== true);

    it("are under licences that ask for no more than their text", () => {
        const others = shipped
            .map(([name, { license = "none" }]) => ({ name, license: OTHERWISE[name] ?? license }))
            .filter(({ license }) => license.split(/[()\s]|AND|OR/).some((each) => each && !PERMISSIVE.includes(each)));
        assert.deepEqual(others, []);
        assert.ok(shipped.length > 100, `${shipped.length} packages`);
    });

    for (const file of ["package-lock.json", "site/package-lock.json"])
        it(`are each pinned by a checksum, and come from the registry: ${file}`, () => {
            const loose = lockOf(file).filter(
                ([, { integrity = "", resolved }]) => !integrity.startsWith("sha512-") || resolved !== undefined,
            );
            assert.deepEqual(
                loose.map(([name]) => name),
                [],
            );
        });

    it("are all in the bill of materials that a release is given", async () => {
        const text = await run("npm", ["sbom", "--sbom-format", "cyclonedx"], { cwd: projectFolder });
        const { components } = JSON.parse(text) as { components: { name: string; version: string }[] };
        const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
        const missing = shipped.map(([name, { version }]) => `${name}@${version}`).filter((each) => !listed.has(each));
        assert.deepEqual(missing, []);
    }).timeout(60_000);
});
