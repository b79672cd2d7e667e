import assert from "node:assert/strict";
import type { Measured } from "../../proving-ground/bench/bgp/measure";
import { bgpTable } from "../../proving-ground/bench/bgp/table";

const measured = (run: number, forwarding: boolean, reset: number, gapMs: number): Measured => ({
    run,
    hosts: 2,
    forwarding,
    event: "drained",
    watches: 60,
    reset,
    silent: 1,
    requests: 100,
    failed: run,
    gapMs,
});

describe("the table of connections lost with BGP", () => {
    const rows = bgpTable([
        measured(1, false, 30, 0),
        measured(2, false, 20, 60),
        measured(3, false, 40, 20),
        measured(1, true, 0, 0),
    ]).split("\n");
    const row = (forwarding: string): string =>
        rows.find((each) => each.startsWith(`| a host is drained | 2 | ${forwarding} |`))!;

    it("sums new connections of all runs, and has the median of kept ones and the longest gap", () => {
        assert.equal(
            row("no"),
            "| a host is drained | 2 | no | 3 | 30 of 60 (20 - 40) | 1 of 60 (1 - 1) | 6 of 300 | 60 ms |",
        );
    });

    it("keeps runs with forwarding apart", () => {
        assert.match(row("yes"), /\| yes \| 1 \| 0 of 60 \(0 - 0\) \|/);
    });

    it("says where nothing was measured", () => {
        assert.match(
            rows.find((each) => each.startsWith("| a host is drained | 3 | no |"))!,
            /\| 0 \|/,
        );
    });
});
