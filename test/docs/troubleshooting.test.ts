/** docs/troubleshooting.md quotes messages as the code has them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";

/** Sections whose messages are of other programs. */
const OF_OTHERS = ["What kubectl, kubeadm and kubelets say", "Proxmox", "Pulumi and npm"];

/** sudo's own, met on a host. */
const OTHER_MESSAGES = ["sudo: a password is required"];

/** Counted by the code. */
const COUNT = /\b2 problems\b/g;

/** All quoted text in one line, a message that is written in several pieces in one piece. */
function sources(): string {
    return execFileSync("git", ["ls-files", "components", "stack", "cli", "proving-ground/lab", "tools"], {
        cwd: projectFolder,
        encoding: "utf8",
    })
        .split("\n")
        .filter((file) => /\.(ts|cjs|sh|pl|pm)$/.test(file))
        .map((file) => readFileSync(join(projectFolder, file), "utf8"))
        .join("\n")
        .replace(/(["`])\s*\+\s*["`]/g, "")
        .replace(/" \\\n\s*"/g, " ");
}

/** What stands in the first column, by section. */
function quoted(): { section: string; message: string }[] {
    const sections = readFileSync(join(projectFolder, "docs", "troubleshooting.md"), "utf8")
        .split(/^## /m)
        .slice(1);
    return sections.flatMap((text) => {
        const section = text.slice(0, text.indexOf("\n"));
        return [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, message]) => ({ section, message: message! }));
    });
}

/** Words between what differs; shorter ones would be anywhere. */
const pieces = (message: string): string[] =>
    message
        .replace(COUNT, "...")
        .split("...")
        .map((piece) => piece.trim())
        .filter((piece) => piece.length > 3);

describe("the page of messages", () => {
    const text = sources();
    const messages = quoted().filter(
        ({ section, message }) => !OF_OTHERS.includes(section) && !OTHER_MESSAGES.includes(message),
    );

    it("has messages of this project that there are", () => {
        assert.ok(messages.length > 25, `only ${messages.length} messages were seen`);
        const wrong = messages.flatMap(({ message }) => {
            const all = pieces(message);
            assert.ok(all.length > 0, message);
            return all.filter((piece) => !text.includes(piece)).map((piece) => `${message}: "${piece}"`);
        });
        assert.deepEqual(wrong, []);
    });

    it("sees one that there is not", () => {
        assert.equal(
            pieces("ssh: host key mismatch").every((piece) => text.includes(piece)),
            false,
        );
    });
});
