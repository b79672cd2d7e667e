// mocha's usual report, and at its end where the time went, and the counts for test/run.ts, which adds up several runs.
const { writeFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

const { EVENT_RUN_END, EVENT_SUITE_BEGIN, EVENT_SUITE_END } = Runner.constants;

/** Below this a suite is not worth a line. */
const LONG_SECONDS = 20;

module.exports = class Reporter extends reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        const took = [];
        let begin = 0;
        runner.on(EVENT_SUITE_BEGIN, (suite) => {
            if (suite.parent?.root) begin = Date.now();
        });
        // With what its hooks did, which mocha's own times leave out.
        runner.on(EVENT_SUITE_END, (suite) => {
            if (suite.parent?.root) took.push({ title: suite.title, seconds: Math.round((Date.now() - begin) / 1000) });
        });
        runner.once(EVENT_RUN_END, () => {
            const long = took.filter(({ seconds }) => seconds >= LONG_SECONDS).sort((a, b) => b.seconds - a.seconds);
            if (long.length > 0)
                console.log(
                    [
                        "  took longest:",
                        ...long.map(({ title, seconds }) => `${String(seconds).padStart(5)} s  ${title}`),
                    ]
                        .join("\n  ")
                        .concat("\n"),
                );
            const { passes, failures, pending } = runner.stats;
            if (process.env.TEST_COUNTS)
                writeFileSync(
                    process.env.TEST_COUNTS,
                    JSON.stringify({ passed: passes, failed: failures, skipped: pending }),
                );
        });
    }
};
