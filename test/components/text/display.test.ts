import assert from "node:assert/strict";
import { display, printable, printableLine } from "../../../components/text/display";

describe("a value that was received", () => {
    it("is shown on one line, shortened, with what cannot be seen written out", () => {
        assert.equal(display("a\nb\u001b[2J\u202e"), '"a\\nb\\u001b[2J\\u202e"');
        assert.equal(display("é"), '"\\u00e9"');
        assert.equal(display("a".repeat(100)).length, 80);
        assert.equal(display({ a: [1] }), '{"a":[1]}');
    });

    it("that is a private key is not shown, wherever it stands", () => {
        for (const value of ["-----BEGIN PRIVATE KEY-----\nMIG", { key: ["BEGIN OPENSSH PRIVATE KEY"] }])
            assert.equal(display(value), "a private key, which is not shown");
    });
});

describe("text of another machine", () => {
    it("keeps its letters, lines and tabs, and none of what a terminal acts on", () => {
        assert.equal(printable("é\t日\n"), "é\t日\n");
        assert.equal(
            printable("\u001b[2J\r\u0000\u009b\u202e\u200b\ud800"),
            "\\u{1b}[2J\\u{d}\\u{0}\\u{9b}\\u{202e}\\u{200b}\\u{d800}",
        );
        assert.equal(printableLine("a\nb\tc"), "a b c");
    });
});
