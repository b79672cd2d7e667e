import assert from "node:assert/strict";
import {
    parseChanges,
    takeovers,
    type Timeline,
    splitBrainIn,
} from "../../proving-ground/bench/falseFailover/timeline";
import { busyShare, parseProcessorTimes } from "../../proving-ground/bench/failover/monitor";

describe("keepalived's log as a timeline", () => {
    const log = [
        "1763712896.862998 rack1 Keepalived_vrrp[632]: (kube_api) Entering BACKUP STATE (init)",
        "1763712897.100000 rack1 Keepalived_vrrp[632]: (kube_api) Backup received priority 0 advertisement",
        "1763712897.200000 rack1 Keepalived_vrrp[632]: (kube_api) Entering MASTER STATE",
        "1763712898.300000 rack1 Keepalived_vrrp[632]: (kube_api) Entering FAULT STATE",
        "-- No entries --",
    ].join("\n");

    it("has each change of state with its time", () => {
        assert.deepEqual(
            parseChanges(log).map(({ at, state }) => [Math.round(at), state]),
            [
                [1763712896863, "BACKUP"],
                [1763712897200, "MASTER"],
                [1763712898300, "FAULT"],
            ],
        );
    });

    const first: Timeline = {
        initial: "MASTER",
        changes: [
            { at: 500, state: "BACKUP" },
            { at: 900, state: "MASTER" },
        ],
    };
    const second: Timeline = {
        initial: "BACKUP",
        changes: [
            { at: 300, state: "MASTER" },
            { at: 950, state: "BACKUP" },
        ],
    };

    it("counts who takes the VIP within a span", () => {
        assert.equal(takeovers([first, second], 0, 1000), 2);
        assert.equal(takeovers([first, second], 0, 900), 1);
    });

    it("adds up the time in split-brain, cut to the span", () => {
        assert.equal(splitBrainIn([first, second], 0, 1000), 200 + 50);
        assert.equal(splitBrainIn([first, second], 400, 1000), 100 + 50);
        assert.equal(splitBrainIn([first, { initial: "BACKUP", changes: [] }], 0, 1000), 0);
        assert.equal(splitBrainIn([first, { initial: "MASTER", changes: [] }], 0, 1000), 500 + 100);
    });
});

describe("how busy processors are", () => {
    it("is what was neither idle nor waiting for a disk", () => {
        const before = parseProcessorTimes("cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 2 3");
        const after = parseProcessorTimes("cpu  160 0 90 880 70 0 0 0 60 0\ncpu0 1 2 3");
        assert.deepEqual(before, { idle: 850, all: 1000 });
        assert.equal(busyShare(before, after), 0.5);
        assert.equal(busyShare(before, before), 0);
    });
});
