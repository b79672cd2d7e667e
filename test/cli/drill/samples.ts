/**
 * A fault as it might have gone, on a clock whose zero is the fault: the VIP moves after 200 ms, the host is back after
 * 6 s.
 */
import type { ProbeObservations } from "../../../shared/probe/observations";
import type { FaultRun } from "../../../cli/drill/figures";
import type { HostEvent, HostRecord, Session } from "../../../cli/drill/hosts/record";

export const ZERO = 1_800_000_000_000;

export const session = (
    from: number,
    to: number,
    heldAtStart: boolean,
    events: [at: number, kind: HostEvent["kind"], text?: string][] = [],
): Session => ({
    from: ZERO + from,
    to: ZERO + to,
    broken: false,
    heldAtStart,
    clockOffset: 0,
    clockError: 1,
    events: events.map(([at, kind, text = kind]) => ({ at: ZERO + at, kind, text })),
});

export const record = (host: string, ...sessions: Session[]): HostRecord => ({ host, sessions });

/** Attempts every 5 ms; those within an outage fail, unless they begin so late in it that they are answered late. */
export function seenOf(outages: { from: number; to: number; late?: boolean }[], until = 8000): ProbeObservations {
    const attempts = Array.from({ length: (until + 1000) / 5 }, (_each, index) => index * 5 - 1000).map((at) => {
        const outage = outages.find(({ from, to }) => at >= from && at < to);
        if (outage === undefined) return { at: ZERO + at, took: 4 };
        return outage.late === true ? { at: ZERO + at, took: 1000 } : { at: ZERO + at, took: 1, error: "ECONNREFUSED" };
    });
    const out = (at: number): boolean => outages.some(({ from, to }) => at >= from && at < to);
    const answered = Array.from({ length: (until + 1000) / 100 }, (_each, index) => index * 100 - 1000);
    return {
        attempts,
        stalls: [],
        keptAlive: {
            attempts: answered.map((at) =>
                out(at) ? { at: ZERO + at, took: 1, error: "ECONNRESET" } : { at: ZERO + at, took: 2 },
            ),
            connected: [ZERO - 1000, ...outages.map(({ to }) => ZERO + to)],
        },
        watches: [
            {
                events: answered.filter((at) => !out(at)).map((at) => ZERO + at),
                breaks: outages.map(({ from }) => ({ at: ZERO + from + 1, error: "ended" })),
                opened: [],
            },
        ],
    };
}

export function faultRun(changes: Partial<FaultRun> = {}): FaultRun {
    return {
        fault: { name: "host-powered-off", title: "Host powered off", recovery: "reverted" },
        run: 1,
        target: "vrrp2",
        master: "vrrp2",
        injectedAt: ZERO,
        returnedAt: ZERO + 6000,
        endedAt: ZERO + 8000,
        seen: seenOf([
            { from: 0, to: 200 },
            { from: 6500, to: 6550 },
        ]),
        records: [
            record(
                "vrrp1",
                session(-2000, 8000, false, [
                    [198, "state", "MASTER"],
                    [200, "gained"],
                ]),
            ),
            record("vrrp2", session(-2000, 3, true), session(6400, 8000, false, [[6600, "state", "BACKUP"]])),
        ],
        problems: [],
        ...changes,
    };
}
