/**
 * Previews with something else in them, as another version of Pulumi, a provider or somebody's program may print them:
 * the comment on a pull request is written or refused in words, and what is in it stays text.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import MarkdownIt from "markdown-it";
import { commentOf, LIMIT, markerOf, titleOf } from "../../cli/preview/comment";
import { maskFor } from "../../cli/preview/mask";
import { newSince } from "../../cli/preview/newSince";
import { terraformReport } from "../../cli/preview/operations";
import { addViolations } from "../../cli/preview/policies";
import { type Preview, readPreview } from "../../cli/preview/previewJson";
import { UserError } from "../../tools/run";
import { cases, spreadOver } from "../breadth";
import { recordedText } from "../cli/preview/support";
import { assertShowable, HOSTILE_WORDS } from "./hostile";
import { record } from "./table";

const SEED = 20261129;

const RECORDED = readdirSync(join(__dirname, "..", "cli", "preview", "recorded")).map((file) =>
    recordedText(file.replace(/[.]json$/, "")),
);

/** What means something in Markdown, and in the HTML that may be in it. */
const MARKUP = [
    ..."</details> <script> <!-- --> ` ``` ~~~~ | # &lt; ![x](//e.example) [x](http://e.example) <http://e.example>".split(
        " ",
    ),
    ...[
        "\n\n# heading\n",
        "\n```\n",
        "\n\n</details>\n\n<b>",
        "https://e.example/?x",
        "www.e.example",
        "\n- ",
        "    ",
        "\\",
    ],
    ...[
        "==== end\n",
        "==== file /etc/x 0644\n",
        "packages=(a b)",
        "urn:pulumi:a::b::c$d::e",
        "urn:pulumi:\u001b::b::c::d",
    ],
];
const word = fc.oneof(fc.constantFrom(...HOSTILE_WORDS, ...MARKUP), fc.string({ unit: "binary", maxLength: 30 }));
const value = fc.oneof({ weight: 3, arbitrary: word }, fc.jsonValue({ maxDepth: 2 }));

interface Edit {
    /** Chooses one of all the places there are, or of those in which the engine speaks and not a resource. */
    place: number;
    near: boolean;
    what: "value" | "within" | "gone" | "key" | "twice";
    word: string;
    value: unknown;
}

const edit: fc.Arbitrary<Edit> = fc.record({
    place: fc.nat(1_000_000),
    near: fc.boolean(),
    what: fc.constantFrom("value", "within", "gone", "key", "twice"),
    word,
    value,
});

type Parent = Record<string, unknown>;

/** A step's own values, beside those of its resource. */
const NEAR = 4;
const DEEPEST = 100;

/** Each place in it, so many levels down: what it is in, and by which key. */
function placesIn(whole: unknown, levels: number): [Parent, string][] {
    if (typeof whole !== "object" || whole === null || levels === 0) return [];
    return Object.keys(whole).flatMap((key) => [
        [whole as Parent, key] as [Parent, string],
        ...placesIn((whole as Parent)[key], levels - 1),
    ]);
}

/** As JSON has it: a name like any other. */
function setOwn(parent: Parent, key: string, value: unknown): void {
    Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

function edited(text: string, edits: Edit[]): string {
    const whole = JSON.parse(text) as Parent;
    for (const { place, near, what, word: other, value: instead } of edits) {
        const places = placesIn(whole, near ? NEAR : DEEPEST);
        const [parent, key] = places[place % Math.max(1, places.length)] ?? [whole, "steps"];
        const old = parent[key];
        if (what === "gone") delete parent[key];
        else if (what === "key") setOwn(parent, other, old);
        else if (what === "twice" && Array.isArray(parent)) parent.push(old);
        else if (what === "within" && typeof old === "string") {
            const at = place % (old.length + 1);
            parent[key] = old.slice(0, at) + other + old.slice(at);
        } else parent[key] = instead;
    }
    return JSON.stringify(whole);
}

/** One place after the other has a name that every object has. */
const namesOfObjects = RECORDED.flatMap((text) =>
    placesIn(JSON.parse(text), NEAR).flatMap((_, place) =>
        ["__proto__", "constructor", "toString"].flatMap((name) =>
            (["value", "key"] as const).map((what) =>
                edited(text, [{ place, near: true, what, word: name, value: name }]),
            ),
        ),
    ),
);

const previewText = fc
    .record({
        text: fc.constantFrom(...RECORDED),
        edits: fc.array(edit, { minLength: 1, maxLength: 8 }),
        cutAt: fc.option(fc.nat(80_000), { freq: 20 }),
    })
    .map(({ text, edits, cutAt }) => edited(text, edits).slice(0, cutAt ?? undefined));

const markdown = new MarkdownIt({ html: true, linkify: true });
/** The comment's own: its marker, and what can be unfolded. */
const OWN_HTML =
    /^(<!-- ha-api-load-balancer preview of [\w%.!~*'()]* -->|<details( open)?><summary>[^<>]*<\/summary>|<\/details>)\s*$/;

function assertTextOnly(comment: string): void {
    for (const block of markdown.parse(comment, {})) {
        if (block.type === "html_block") assert.match(block.content, OWN_HTML);
        for (const { type, content } of block.children ?? [])
            assert.ok(!["html_inline", "link_open", "image"].includes(type), `${type}: ${content}`);
    }
}

/** Undefined where it was refused, in words that can be shown. */
function read(text: string): Preview | undefined {
    try {
        return readPreview(text, "preview.json");
    } catch (error) {
        assert.ok(error instanceof UserError, String((error as Error).stack));
        assertShowable(error.message);
        return undefined;
    }
}

describe("a preview with something else in it", function () {
    this.timeout(1_800_000);

    it("becomes a comment in which it stays text, or is refused in words", () => {
        let wereRead = 0;
        const examples = spreadOver(namesOfObjects, 200).map((text): [string, string] => [text, RECORDED[0]!]);
        const count = cases(5000) + examples.length;
        const names = Object.getOwnPropertyNames(Object.prototype).join();
        const mask = maskFor({});
        fc.assert(
            fc.property(previewText, previewText, (text, reviewed) => {
                const preview = read(text);
                if (preview === undefined) return;
                wereRead++;
                const title = titleOf(preview) ?? "project/stack";
                const comment = commentOf(preview, { title, mask, failed: false, of: title });
                assert.ok(comment.length <= LIMIT, `${comment.length} characters`);
                assert.equal(comment.split("\n")[0], markerOf(title));
                assertShowable(comment);
                assertTextOnly(comment);
                for (const number of Object.values(terraformReport(preview))) assert.ok(number >= 0, String(number));
                const before = read(reviewed);
                if (before !== undefined) assertShowable(newSince(before, preview).join("\n"));
                assert.deepEqual(newSince(preview, preview), []);
                assert.equal(Object.getOwnPropertyNames(Object.prototype).join(), names);
            }),
            { seed: SEED, numRuns: count, examples },
        );
        void record({
            trouble: "previews as JSON",
            cases: count,
            survived: count,
            as: `${wereRead} read, the rest refused`,
        });
    });

    it("is told of by policies, whatever the engine's log of events holds", () => {
        const events = {
            policyEvent: {
                resourceUrn: "urn:pulumi:s::p::t::n",
                message: "m",
                policyName: "p",
                enforcementLevel: "mandatory",
            },
        };
        const line = fc
            .record({ edits: fc.array(edit, { maxLength: 3 }), cutAt: fc.option(fc.nat(200), { freq: 5 }) })
            .map(({ edits, cutAt }) => edited(JSON.stringify(events), edits).slice(0, cutAt ?? undefined));
        fc.assert(
            fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
                const preview: Preview = { steps: [], counts: {}, problems: [], warnings: [] };
                addViolations(preview, lines.join("\n"));
                const comment = commentOf(preview, { title: "p/s", mask: maskFor({}), failed: false });
                assertShowable(comment);
                assertTextOnly(comment);
            }),
            { seed: SEED, numRuns: cases(5000) },
        );
    });
});
