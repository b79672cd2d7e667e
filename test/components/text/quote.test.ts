import assert from "node:assert/strict";
import * as fc from "fast-check";
import { quote } from "../../../components/text/quote";
import { outcomeOf } from "../programs";

/** What the shell makes of the words, each ended by NUL. */
function throughShell(shell: string, words: string[]): string[] {
    const { status, output } = outcomeOf(shell, ["-c", `printf '%s\\0' ${words.map(quote).join(" ")}`]);
    assert.equal(status, 0, output);
    return output.split("\0").slice(0, -1);
}

describe("quoted words", () => {
    const word = fc
        .oneof(
            fc.string({ unit: "grapheme", maxLength: 20 }),
            fc
                .array(
                    fc.constantFrom(
                        "'",
                        '"',
                        "\\",
                        "$",
                        "$(id)",
                        "`id`",
                        "!",
                        "\n",
                        "\t",
                        " ",
                        "*",
                        "?",
                        "~",
                        "-",
                        "#",
                        "&",
                        ";",
                        "|",
                        "<",
                        ">",
                        "(",
                        "{a,b}",
                        "=",
                        "%s",
                        "é",
                    ),
                    { maxLength: 10 },
                )
                .map((parts) => parts.join("")),
        )
        .filter((text) => !text.includes("\0") && text === Buffer.from(text).toString());

    for (const shell of ["sh", "bash"]) {
        it(`come out of ${shell} exactly as they went in, each as one word`, () => {
            fc.assert(
                fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) =>
                    assert.deepEqual(throughShell(shell, words), words),
                ),
                { numRuns: 60 },
            );
        });
    }

    it("are left as they are when nothing in them is special, so that commands read well", () => {
        assert.equal(quote("libnginx-mod-stream"), "libnginx-mod-stream");
        assert.equal(quote("https://nginx.org"), "https://nginx.org");
        assert.equal(quote("it's"), "'it'\\''s'");
        assert.equal(quote(""), "''");
    });
});
