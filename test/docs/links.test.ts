/**
 * Links between the documents, anchors included, as GitHub makes them. What leads out of the repository is not
 * followed.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";
import { documents, target } from "./blocks";

const textOf = (file: string): string =>
    readFileSync(join(projectFolder, file), "utf8").replace(/^ *(`{3,})[\s\S]*?^ *\1$/gm, "");

/**
 * GitHub's: lower case, letters, digits, hyphens and underscores, spaces as hyphens; `code` and links by their text.
 */
function anchorsOf(file: string): string[] {
    const seen = new Map<string, number>();
    return [...textOf(file).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading]) => {
        const slug = heading!
            .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
            .toLowerCase()
            .replace(/[^\p{L}\p{N}\- _]/gu, "")
            .replaceAll(" ", "-");
        const before = seen.get(slug) ?? 0;
        seen.set(slug, before + 1);
        return before === 0 ? slug : `${slug}-${before}`;
    });
}

describe("links in the documents", () => {
    const all = [...documents(), "CHANGELOG.md"];

    it("lead to files and headings that are there", () => {
        const broken: string[] = [];
        let checked = 0;
        for (const file of all) {
            for (const [, link] of textOf(file)
                .replace(/`[^`\n]*`/g, "")
                .matchAll(/\]\(([^)\s]+)\)/g)) {
                if (/^[a-z]+:/.test(link!)) continue;
                checked += 1;
                const [path = "", anchor] = link!.split("#");
                const to = path === "" ? file : target(file, path);
                if (!existsSync(join(projectFolder, to))) broken.push(`${file}: ${link} (no such file)`);
                else if (anchor !== undefined && !anchorsOf(to).includes(anchor))
                    broken.push(`${file}: ${link} (no such heading)`);
            }
        }
        assert.deepEqual(broken, []);
        assert.ok(checked > 150, `only ${checked} links were seen`);
    });

    it("start from a front page that is read at once: 7 kB at most", () => {
        const { length } = Buffer.from(readFileSync(join(projectFolder, "README.md")));
        assert.ok(length <= 7000, `${length} bytes`);
    });

    it("leave no document out of README's reach", () => {
        const reached = new Set(["README.md"]);
        for (const file of reached) {
            for (const [, link] of textOf(file).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)) {
                const to = /^[a-z]+:/.test(link!) ? "" : target(file, link!);
                if (to.endsWith(".md") && existsSync(join(projectFolder, to))) reached.add(to);
            }
        }
        assert.deepEqual(
            documents().filter((file) => !reached.has(file)),
            [],
        );
    });
});
