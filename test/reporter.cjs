// mocha's usual report, and at its end the counts for test/run.ts, which adds up several runs.
const { writeFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

module.exports = class Reporter extends reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        runner.once(Runner.constants.EVENT_RUN_END, () => {
            const { passes, failures, pending } = runner.stats;
            if (process.env.TEST_COUNTS)
                writeFileSync(
                    process.env.TEST_COUNTS,
                    JSON.stringify({ passed: passes, failed: failures, skipped: pending }),
                );
        });
    }
};
