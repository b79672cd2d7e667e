import assert from "node:assert/strict";
import { gapsOf } from "../../../shared/probe/observations";
import { figuresOf, movesOf, returnOf } from "../../../cli/drill/figures";
import { clockOf } from "../../../cli/drill/hosts/clock";
import { doubleHolds, hostsHoldingAt, holdsOf, silencesOf, withEarlierHolds } from "../../../cli/drill/hosts/record";
import { parseRecordLine, REVERTED } from "../../../cli/drill/hosts/recordLines";
import { faultRun, record, seenOf, session, ZERO } from "./samples";

describe("the figures of a drill", () => {
    it("have a gap for the outage and one for the return, and count what failed in each", () => {
        const { outage, return: back } = figuresOf(faultRun());
        assert.deepEqual([outage.longestGap, outage.failed, outage.delayed], [205, 40, 0]);
        assert.deepEqual([back.longestGap, back.failed], [55, 10]);
        assert.deepEqual(outage.errors, { ECONNREFUSED: 40 });
    });

    it("take what was answered only late for a part of the gap, and not for a failure", () => {
        const { outage } = figuresOf(faultRun({ seen: seenOf([{ from: 0, to: 200, late: true }]) }));
        assert.deepEqual([outage.longestGap, outage.failed, outage.delayed], [205, 0, 40]);
        assert.equal(
            gapsOf(seenOf([{ from: 0, to: 200, late: true }]).attempts).length,
            0,
            "late answers are no gap where no limit is given",
        );
    });

    it("leave out what had failed and ended before the fault", () => {
        const { outage, return: back } = figuresOf(faultRun({ seen: seenOf([{ from: -500, to: -400 }]) }));
        assert.deepEqual([outage.failed, back.failed, outage.longestGap, back.longestGap], [0, 0, 0, 0]);
    });

    it("count a request that was under way when the fault came", () => {
        const seen = seenOf([]);
        seen.attempts.find(({ at }) => at === ZERO - 5)!.error = "ECONNRESET";
        seen.attempts.find(({ at }) => at === ZERO - 5)!.took = 20;
        assert.equal(figuresOf(faultRun({ seen })).outage.failed, 1);
    });

    it("tell of the connection that is kept and of watches: breaks, and the longest time without", () => {
        const { outage, return: back } = figuresOf(faultRun());
        assert.deepEqual([outage.keptAliveReconnects, outage.keptAliveLongest, outage.keptAliveFailed], [1, 300, 2]);
        assert.deepEqual(
            [outage.watchBreaks, outage.watchSilence, outage.watchUsual, back.watchBreaks],
            [1, 300, 100, 1],
        );
    });

    it("tell when the VIP moved, and when each host saw what", () => {
        const { moves, changes, splitBrain } = figuresOf(faultRun());
        assert.deepEqual(moves, [{ from: "vrrp2", to: "vrrp1", after: 200 }]);
        assert.deepEqual(
            changes.map(({ host, after, text }) => `${host} ${text} ${after}`),
            ["vrrp1 MASTER 198", "vrrp1 gained 200", "vrrp2 BACKUP 6600"],
        );
        assert.equal(splitBrain, 0);
    });
});

describe("who held the VIP", () => {
    const keeps = record("vrrp2", session(-2000, 8000, true, [[6100, "lost"]]));
    const takes = record("vrrp1", session(-2000, 8000, false, [[300, "gained"]]));

    it("is two for as long as both had it, and the move is counted from when the second got it", () => {
        assert.deepEqual(doubleHolds([keeps, takes]), [{ from: ZERO + 300, to: ZERO + 6100 }]);
        assert.equal(figuresOf(faultRun({ records: [takes, keeps] })).splitBrain, 5800);
        assert.deepEqual(movesOf([takes, keeps], "vrrp2", ZERO), [{ from: "vrrp2", to: "vrrp1", at: ZERO + 300 }]);
        assert.deepEqual(hostsHoldingAt([takes, keeps], ZERO + 400), ["vrrp1", "vrrp2"]);
    });

    it("moves back when the second of two lets go again", () => {
        const tries = record(
            "vrrp1",
            session(-2000, 8000, false, [
                [300, "gained"],
                [6100, "lost"],
            ]),
        );
        const stays = record("vrrp2", session(-2000, 8000, true));
        assert.deepEqual(
            movesOf([tries, stays], "vrrp2", ZERO).map(({ from, to, at }) => `${from} ${to} ${at - ZERO}`),
            ["vrrp2 vrrp1 300", "vrrp1 vrrp2 6100"],
        );
    });

    it("is not two hosts where one lets go at the moment another takes over, or before", () => {
        const leaves = record("vrrp2", session(-2000, 8000, true, [[300, "lost"]]));
        assert.deepEqual(doubleHolds([leaves, takes]), []);
        assert.equal(movesOf([leaves, takes], "vrrp2", ZERO).length, 1);
    });

    it("moves from a host whose last word was before the fault", () => {
        const off = record("vrrp2", session(-2000, -20, true));
        assert.deepEqual(movesOf([takes, off], "vrrp2", ZERO), [{ from: "vrrp2", to: "vrrp1", at: ZERO + 300 }]);
    });

    it("ends with the last word of a host whose power was cut, and it is silent from then until it is back", () => {
        const off = record("vrrp2", session(-2000, 3, true), session(6400, 8000, false));
        assert.deepEqual(holdsOf(off), [{ from: ZERO - 2000, to: ZERO + 3 }]);
        assert.deepEqual(silencesOf(off, ZERO, ZERO + 8000), [{ from: ZERO + 3, to: ZERO + 6400 }]);
    });
});

describe("what a host did before it could be asked again", () => {
    const booted = (held: boolean, ...states: [at: number, text: string][]) => {
        const { events, heldAtStart } = withEarlierHolds(
            states.map(([at, text]) => ({ at, kind: "state", text })),
            100,
            held,
            0,
        );
        return holdsOf({
            host: "vrrp1",
            sessions: [{ from: 100, to: 500, broken: false, heldAtStart, events, clockOffset: 0, clockError: 1 }],
        });
    };

    it("is to hold the VIP while it was MASTER", () => {
        assert.deepEqual(booted(false, [10, "BACKUP"], [20, "MASTER"], [30, "BACKUP"]), [{ from: 20, to: 30 }]);
        assert.deepEqual(booted(true, [20, "MASTER"]), [{ from: 20, to: 500 }]);
        assert.deepEqual(booted(false, [20, "MASTER"]), [{ from: 20, to: 100 }], "it was seen without it");
        assert.deepEqual(booted(true), [{ from: 100, to: 500 }]);
        assert.deepEqual(booted(false, [10, "BACKUP"]), []);
    });
});

describe("when a failed part came back", () => {
    const events = record(
        "vrrp2",
        session(-2000, 8000, true, [
            [5, "state", "FAULT"],
            [700, "state", "BACKUP"],
            [6003, "note", REVERTED],
        ]),
    );

    it("is when the host reported it: its state, its timer, or its first line after a boot", () => {
        assert.equal(returnOf({ recovery: "self" }, events, ZERO, 6000), ZERO + 700);
        assert.equal(returnOf({ recovery: "timer" }, events, ZERO, 6000), ZERO + 6003);
        assert.equal(
            returnOf(
                { recovery: "self", losesHost: true },
                record("vrrp2", session(-2000, 40, true), session(5200, 8000, false)),
                ZERO,
                6000,
            ),
            ZERO + 5200,
        );
    });

    it("is after the hold where the host reported nothing", () =>
        assert.equal(returnOf({ recovery: "self" }, undefined, ZERO, 6000), ZERO + 6000));
});

describe("the clock of a host", () => {
    it("is known best from the quickest answer, and not better than half of what that took", () => {
        const exchanges = [
            { asked: 0, answered: 100, hostTime: 5090 },
            { asked: 200, answered: 204, hostTime: 5202 },
            { asked: 300, answered: 360, hostTime: 5303 },
        ];
        assert.deepEqual(clockOf(exchanges), { offset: 5000, error: 2 });
    });

    it("is taken for ours when it never answered", () => assert.deepEqual(clockOf([]), { offset: 0, error: Infinity }));
});

describe("what a host tells", () => {
    it("are moves of the address to the microsecond, states, and the few lines that explain them", () => {
        const gained = parseRecordLine(
            "address [2026-11-21T08:06:54.436835] 2: host0    inet 10.77.2.100/24 scope global secondary " +
                "host0\\       valid_lft forever",
        );
        assert.ok(gained?.kind === "event", JSON.stringify(gained));
        assert.equal(gained.event.kind, "gained");
        assert.ok(
            Math.abs(gained.event.at - (Date.UTC(2026, 10, 21, 8, 6, 54) + 436.835)) < 0.01,
            String(gained.event.at),
        );
        const lost = parseRecordLine(
            "address [2026-11-21T08:06:54.642710] Deleted 2: host0    inet 10.77.2.100/24 scope global secondary host0",
        );
        assert.ok(lost?.kind === "event" && lost.event.kind === "lost", JSON.stringify(lost));
        const output = (unit: string, message: string) =>
            parseRecordLine(
                "journal " +
                    `${JSON.stringify({ UNIT: `${unit}.service`, MESSAGE: message, __REALTIME_TIMESTAMP: "1795248114096916", _SOURCE_REALTIME_TIMESTAMP: "1795248114096908" })}`,
            );
        assert.deepEqual(output("keepalived", "(kube_api) Entering BACKUP STATE"), {
            kind: "event",
            event: { at: 1795248114096.908, kind: "state", text: "BACKUP" },
        });
        const text = (line: ReturnType<typeof output>): string | undefined =>
            line?.kind === "event" ? line.event.text : undefined;
        assert.equal(
            text(output("nginx", "nginx.service: Main process exited, code=killed, status=9/KILL")),
            "nginx killed (KILL)",
        );
        assert.equal(
            text(output("ha-api-drill-revert", "Started ha-api-drill-revert.service - /bin/bash -c true.")),
            REVERTED,
        );
        assert.equal(output("nginx", "some other line"), undefined);
    });

    it("are its clock and what it is", () => {
        assert.deepEqual(parseRecordLine("time 1795248114.125000"), { kind: "time", hostTime: 1795248114125 });
        assert.deepEqual(parseRecordLine("look 1795248114.5 yes MASTER"), {
            kind: "look",
            hostTime: 1795248114500,
            held: true,
            state: "MASTER",
        });
        assert.equal(parseRecordLine("something else"), undefined);
    });
});
