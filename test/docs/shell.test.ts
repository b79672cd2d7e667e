/**
 * Shell blocks of the documents, without running them: they are shell, and every command of this project in them
 * exists, with its options.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BENCHMARKS } from "../../proving-ground/bench/benchmarks";
import { projectFolder } from "../../tools/cache";
import { allBlocks, type Block, isKnown, KINDS, place } from "./blocks";
import { helpOf, scripts } from "./help";

interface Call {
    place: string;
    script: string;
    words: string[];
}

/** `npm run NAME -- WORDS`, `npm test`, in blocks and in running text. */
function callsIn(text: string, where: string): Call[] {
    return [...text.matchAll(/\bnpm (?:run(?: -s)? ([a-z:]+)|(test)\b)((?: -- [^\n`|#&;)]*)?)/g)].map(
        ([, run, test, rest]) => ({
            place: where,
            script: run ?? test!,
            words: rest!
                .replace(/^ -- /, "")
                .trim()
                .split(/\s+/)
                .filter((word) => word !== ""),
        }),
    );
}

/** Of `npm run bench`: benchmarks in a lab of their own, and what is no benchmark. */
const WITH_OPTIONS_OF_THEIR_OWN = [
    ...Object.entries(BENCHMARKS).flatMap(([name, { lab }]) => (lab === "own" ? [name] : [])),
    ...["report", "down"],
];

const blocks = allBlocks();

function callsEverywhere(): Call[] {
    const files = [...new Set(blocks.map(({ file }) => file)), "docs/troubleshooting.md"];
    // Text runs on over line ends inside of `code`.
    return files.flatMap((file) =>
        callsIn(readFileSync(join(projectFolder, file), "utf8").replace(/`([^`\n]*)\n *([^`\n]*)`/g, "`$1 $2`"), file),
    );
}

describe("code blocks in the documents", () => {
    it("each say what they are for, so that it is known how they are tested", () => {
        const kinds = Object.entries(KINDS)
            .flatMap(([language, names]) => Object.keys(names).map((name) => `${language} ${name}`))
            .join(", ");
        const unknown = blocks
            .filter((block) => !isKnown(block))
            .map((block) => `${place(block)}: "${block.language} ${block.kind}" is none of: ${kinds}`);
        assert.deepEqual(unknown, []);
        assert.ok(blocks.length > 40, `only ${blocks.length} blocks were seen`);
    });
});

describe("shell in the documents", function () {
    this.timeout(120_000);
    const shell = blocks.filter(({ language }) => language === "sh");

    it("is shell", () => {
        const wrong = shell
            .map((block) => [block, spawnSync("bash", ["-n"], { input: block.text, encoding: "utf8" })] as const)
            .filter(([, { status }]) => status !== 0)
            .map(([block, { stderr }]) => `${place(block)}: ${stderr}`);
        assert.deepEqual(wrong, []);
    });

    it("has no secret in a command line", () => {
        const secrets = shell.filter(({ text }) => /config set --secret \S+ +[^<#\s]/.test(text)).map(place);
        assert.deepEqual(secrets, []);
    });

    it("names scripts of package.json, and options they have", async () => {
        const calls = callsEverywhere();
        assert.ok(calls.length > 60, `only ${calls.length} calls were seen`);
        assert.deepEqual(
            calls
                .filter(({ script }) => scripts[script] === undefined)
                .map(({ place: where, script }) => `${where}: npm run ${script}`),
            [],
        );
        const wrong: string[] = [];
        for (const { place: where, script, words } of calls) {
            const own = script === "lab:ssh" ? [] : words;
            const options = own
                .filter((word) => word.startsWith("-"))
                .map((word) => word.replace(/[".,]+$/, ""))
                .filter((word) => word !== "--");
            if (options.length === 0) continue;
            const within = script === "bench" && WITH_OPTIONS_OF_THEIR_OWN.includes(own[0]!) ? [own[0]!] : [];
            const output = await helpOf([script, ...within]);
            for (const option of options) {
                if (!new RegExp(`(^|[\\s,\\[])${option}\\b`, "m").test(output))
                    wrong.push(`${where}: npm run ${[script, ...within].join(" ")} knows no ${option}`);
            }
        }
        assert.deepEqual(wrong, []);
    });

    it("sees an option that is not there", () => {
        const [call] = callsIn("npm run -s status -- --stack NAME --jsn | jq", "here");
        assert.deepEqual(call, { place: "here", script: "status", words: ["--stack", "NAME", "--jsn"] });
        const block: Block = { file: "a", line: 1, language: "sh", kind: "new", text: "" };
        assert.equal(isKnown(block), false);
    });
});
