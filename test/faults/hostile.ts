/** What tests of hostile answers share. */
import assert from "node:assert/strict";

/** Words that mean something to a terminal, to JavaScript or to a number's parser, and very long ones. */
export const HOSTILE_WORDS = [
    ..." -1 0 1e309 NaN 18446744073709551616 0x10 yes end null {} []".split(" "),
    "inspection 3",
    ..."__proto__ constructor toString hasOwnProperty 10.30.100.100 10.30.100.100:6443 nginx".split(" "),
    ...["\u001b[2J\u001b[H", "\u001b]0;title\u0007", "\u009b31m", "\u202egnp", "\u200b", "\u0000", "\r", "\ud800", "é"],
    ...["a".repeat(100_000), "/".repeat(10_000), "[".repeat(5000)],
];

/** Colours of our own are none of a host's. */
export function assertShowable(text: string): void {
    // eslint-disable-next-line no-control-regex
    const plain = text.replace(/\x1b\[(31|32|33|39|1|22)m/g, "");
    const found = /[^\P{C}\n\t]/u.exec(plain);
    assert.equal(found?.[0].codePointAt(0), undefined, `shown: ${JSON.stringify(plain.slice(0, 300))}`);
}
