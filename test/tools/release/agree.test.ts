/** What keeps a commit from being released: each is tried on this checkout with one file changed. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../../tools/cache";
import { type Checkout, disagreements, unfinished } from "../../../tools/release/agree";
import { STACKS } from "../../upgrade/stacks";
import { VERSIONS } from "../../upgrade/versions";

const version = (JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8")) as { version: string }).version;
const former = VERSIONS[0]!.version;

interface Change {
    file?: string;
    edit?: (text: string) => string;
    missing?: string;
    upgradedFrom?: string[];
}

function checkout({ file, edit = (text) => text, missing, upgradedFrom }: Change = {}): Checkout {
    return {
        read: (path) => {
            const text = readFileSync(join(projectFolder, path), "utf8");
            return path === file ? edit(text) : text;
        },
        exists: (path) => path !== missing && existsSync(join(projectFolder, path)),
        upgradedFrom: upgradedFrom ?? VERSIONS.map((each) => each.version),
        stacks: Object.keys(STACKS),
    };
}

const another = (text: string): string => text.replace(`"version": "${version}"`, '"version": "9.9.9"');
const recorded = `test/upgrade/recorded/${version}`;

describe("the files of a release", () => {
    it("agree in this checkout", () => assert.deepEqual(disagreements(checkout()), []));

    const cases: [what: string, change: Change, problem: RegExp][] = [
        [
            "another version of the policies",
            { file: "policy/package.json", edit: another },
            /^policy\/package\.json has/,
        ],
        [
            "another version in the lock file",
            { file: "package-lock.json", edit: another },
            /^package-lock\.json has the/,
        ],
        [
            "another version of the lock file's own package",
            {
                file: "package-lock.json",
                edit: (text) => text.replace(/("version": "[^"]+"[^]*?)"version": "[^"]+"/, '$1"version": "9.9.9"'),
            },
            /^package-lock\.json, packages\[""\] has the version 9\.9\.9, package\.json has/,
        ],
        [
            "another version of the schema",
            { file: "schema.json", edit: another },
            /^schema\.json \(npm run generate\) has/,
        ],
        [
            "the former packed file's name",
            { file: "docs/own-program.md", edit: (text) => text.replaceAll(`-${version}.tgz`, `-${former}.tgz`) },
            /^docs\/own-program\.md names the packed file of/,
        ],
        [
            "notes without a date",
            { file: "CHANGELOG.md", edit: (text) => text.replace(/^(## \[\d[^\]]*\]) - .*$/m, "$1") },
            /^the newest version of CHANGELOG\.md is/,
        ],
        ["a stack that is not recorded", { missing: `${recorded}/haproxy.json` }, /haproxy\.json is missing: npx tsx/],
        ["no list of what is expected", { missing: `${recorded}/expected.json` }, /expected\.json is missing/],
        [
            "a former version without an upgrade test",
            { upgradedFrom: [] },
            /^test\/upgrade\/versions\.ts has no commit of/,
        ],
        [
            "a former version without recorded states",
            { missing: `test/upgrade/recorded/${former}` },
            new RegExp(`^test/upgrade/recorded/${former} is missing$`),
        ],
        [
            "an upgrade that the page on support does not know",
            { file: "docs/support.md", edit: (text) => text.replace(`| ${former} | ${version} |`, "") },
            /^docs\/support\.md does not say how the upgrade from/,
        ],
    ];
    for (const [what, change, problem] of cases)
        it(`do not with ${what}`, () => {
            const found = disagreements(checkout(change));
            assert.equal(found.length, 1, found.join("\n"));
            assert.match(found[0]!, problem);
        });
});

describe("a release", () => {
    const released = (): string => readFileSync(join(projectFolder, "tools/schema/released.json"), "utf8");
    const finished: Record<string, string> = {
        "package.json": `{ "version": "${version}", "bin": { "c": "main.js" } }`,
        "package-lock.json": '{ "packages": { "": { "bin": { "c": "main.js" } } } }',
        "CHANGELOG.md": `## [Unreleased]\n\n## [${version}] - 2026-01-01\n\n- A\n`,
        "schema.json": released(),
        "tools/schema/released.json": released(),
        [`${recorded}/expected.json`]: "[]\n",
    };
    const withFile = (path: string, text: string): Checkout => ({
        ...checkout(),
        read: (each) => (each === path ? text : finished[each]!),
    });

    it("may be made when all is done", () => assert.deepEqual(unfinished(withFile("", "")), []));

    const cases: [what: string, path: string, text: string, problem: RegExp][] = [
        [
            "lines that belong to no version",
            "CHANGELOG.md",
            `## [Unreleased]\n\n- A\n\n## [${version}] - 2026-01-01\n`,
            /^CHANGELOG\.md has lines under \[Unreleased\]/,
        ],
        ["the schema of before", "schema.json", "{}", /^tools\/schema\/released\.json is not this schema/],
        [
            "a lock file that does not know the command",
            "package-lock.json",
            '{ "packages": { "": {} } }',
            /^package-lock\.json is not what npm makes/,
        ],
        [
            "states of an older program",
            `${recorded}/expected.json`,
            '[{ "op": "update" }]',
            /expected\.json lists differences/,
        ],
    ];
    for (const [what, path, text, problem] of cases)
        it(`waits with ${what}`, () => {
            const found = unfinished(withFile(path, text));
            assert.equal(found.length, 1, found.join("\n"));
            assert.match(found[0]!, problem);
        });
});
