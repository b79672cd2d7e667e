/**
 * Golden files, laid out as on a host: test/components/golden/SET/HOST/etc/keepalived/keepalived.conf. The manifest
 * stands beside them, without what is in the files.
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { hostFiles, hostManifest } from "../../components/render/host";
import type { Model } from "../../components/model/model";

const GOLDEN = join(__dirname, "golden");
/** Writes them instead of comparing, for `git diff` to show. */
const UPDATE = process.env["UPDATE_GOLDEN"] === "1";

/** Everything that a host of the model gets is what is kept for it, and nothing is kept besides. */
export function assertGoldenHost(set: string, model: Model, name: string): void {
    const folder = join(GOLDEN, set, name);
    const expected = goldenFiles(model, name);
    if (UPDATE) {
        rmSync(folder, { recursive: true, force: true });
        for (const [path, content] of expected) {
            mkdirSync(dirname(join(folder, path)), { recursive: true });
            writeFileSync(join(folder, path), content);
        }
    }
    assert.ok(existsSync(folder), `${folder} does not exist; write it with UPDATE_GOLDEN=1`);
    const kept = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
    assert.deepEqual(kept.sort(), [...expected.keys()].sort(), `${set}/${name} has other files`);
    for (const [path, content] of expected)
        assert.equal(
            content,
            readFileSync(join(folder, path), "utf8"),
            `${set}/${name}/${path} differs; if that is meant, write it again with UPDATE_GOLDEN=1`,
        );
}

/** Texts by path, without the slash before it. */
function goldenFiles(model: Model, name: string): Map<string, string> {
    const host = model.hosts.find((each) => each.name === name)!;
    const files = hostFiles(model, host);
    const contents = new Set(
        files.map(
            ({ path, mode, group = "", content }) => `${`==== file ${path} ${mode} ${group}`.trim()}\n${content}`,
        ),
    );
    let manifest = hostManifest(model, host);
    for (const block of contents) manifest = manifest.replace(block, `${block.split("\n")[0]}\n`);
    return new Map([
        ...files.map(({ path, content }): [string, string] => [path.slice(1), withoutVersion(content)]),
        ["manifest", manifest],
    ]);
}

/** Without versions and checksums of programs, which are others with every change of one. */
const withoutVersion = (content: string): string =>
    content
        .replace(/^# Program \w+$/m, "# Program 0123456789ab")
        .replace(/^version [\d.]+\nconfiguration \w+$/m, "version 0.0.0\nconfiguration 0123456789ab");
