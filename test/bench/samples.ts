/** One run of an event, as a comparison keeps it. */
import type { Run } from "../../proving-ground/bench/failover/results";

export const run = (over: Partial<Run>): Run => ({
    run: 1,
    setUp: "ours-balanced",
    event: "host-powered-off",
    host: 1,
    measure: "host-powered-off",
    requests: 400,
    failed: 50,
    errors: {},
    delayed: 0,
    gapMs: 280,
    lastBadMs: 275,
    unfinished: false,
    busy: 0.5,
    disturbed: false,
    ...over,
});
