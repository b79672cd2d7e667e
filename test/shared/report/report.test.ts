import assert from "node:assert/strict";
import { milliseconds, roughly, seconds, spreadInSeconds } from "../../../shared/report/duration";
import { circle, picture, text, wrapped } from "../../../shared/report/svg";
import { aligned, markdownTable } from "../../../shared/report/table";

describe("durations", () => {
    for (const [value, expected] of [
        [0, "0 ms"],
        [8.4, "8 ms"],
        [284, "284 ms"],
        [999.4, "999 ms"],
        [999.6, "1.00 s"],
        [3612, "3.61 s"],
        [31_000, "31 s"],
    ] as const)
        it(`${value} ms is ${expected}`, () => assert.equal(milliseconds(value), expected));

    it("of commands have one digit, and of repeated ones their range", () => {
        assert.equal(seconds(38_240), "38.2 s");
        assert.equal(spreadInSeconds([4000, 4200, 5100]), "4.2 s (4.0 - 5.1)");
    });

    it("are rough when they are long", () =>
        assert.deepEqual([90_000, 720_000, 18_000_000, 259_200_000, -5].map(roughly), [
            "90 s",
            "12 min",
            "5 h",
            "3 days",
            "0 s",
        ]));
});

describe("tables", () => {
    it("are aligned by what is seen of each cell but the last", () =>
        assert.deepEqual(
            aligned([
                ["a", "\x1b[31mbad\x1b[39m", "x"],
                ["long", "b"],
                ["c", "a very long last cell"],
            ]),
            ["a     \x1b[31mbad\x1b[39m  x", "long  b", "c     a very long last cell"],
        ));

    it("have a head in Markdown", () =>
        assert.equal(markdownTable(["a", "b"], [[1, "x"]]), "| a | b |\n| --- | --- |\n| 1 | x |"));
});

describe("pictures", () => {
    it("have a title, and their text escaped", () => {
        const svg = picture(100, 50, "<t>", [text(1, 2, `"a" & 'b'`), circle(1.234, 2, 3, { fill: undefined })]);
        assert.match(svg, /<title>&lt;t&gt;<\/title>/);
        assert.match(svg, />&quot;a&quot; &amp; &apos;b&apos;<\/text>/);
        assert.match(svg, /<circle cx="1.23" cy="2" r="3"\/>/);
    });

    it("wrap sentences to a width", () => assert.deepEqual(wrapped("one two three", 10, 45), ["one two", "three"]));
});
