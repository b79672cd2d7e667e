/** The report as data: what `--json` writes, and what the table is made of. */
import { type Spread, spread } from "../../../shared/report/statistics";
import type { Deployment } from "../../../components/inspection/expectation";
import type { FaultRun, Figures } from "../figures";
import { DELAYED_MS, figuresOf } from "../figures";
import { holdsOf } from "../hosts/record";
import type { Options } from "../options";
import type { Planned } from "../plan";

/** All times are in milliseconds; those called `after` count from the fault, as all that follows in the same run. */
export interface Report {
    date: string;
    vip: string;
    hosts: string[];
    client: { where: string; watches: string; trust: string };
    holdMs: number;
    /** Milliseconds after which an answer counts as delayed. */
    delayedMs: number;
    /** Faults that could not be injected here. */
    leftOut: { fault: string; because: string }[];
    faults: FaultReport[];
    /** Every fault that was injected ended as it should. */
    healthy: boolean;
}

export interface FaultReport {
    name: string;
    title: string;
    expected: string;
    spread: Spreads;
    runs: RunReport[];
}

/** Over all runs of a fault; `moved` only over those in which the VIP moved. */
export interface Spreads {
    outageGap: Spread;
    returnGap: Spread;
    failed: Spread;
    delayed: Spread;
    returnFailed: Spread;
    moved?: Spread;
    keptAliveReconnects: Spread;
    keptAliveLongest: Spread;
    watchBreaks: Spread;
    watchSilence: Spread;
    splitBrain: Spread;
}

export interface RunReport extends Figures {
    run: number;
    injectedAt: string;
    /** The host or API server the fault fell on, and the host that held the VIP. */
    target: string;
    master: string;
    ended: number;
    /** Who held the VIP when, in milliseconds after the fault. */
    holds: { host: string; from: number; to: number }[];
    /** Every request on a new connection that failed or was delayed. */
    bad: { after: number; took: number; error?: string }[];
    problems: string[];
}

export function reportOf(
    deployment: Deployment,
    options: Pick<Options, "holdMs">,
    plan: Planned[],
    runs: FaultRun[],
    client: Report["client"],
): Report {
    const { where, watches, trust } = client;
    return {
        date: new Date().toISOString(),
        vip: deployment.vip,
        hosts: deployment.hosts.map(({ name }) => name),
        client: { where, watches, trust },
        holdMs: options.holdMs,
        delayedMs: DELAYED_MS,
        leftOut: plan.flatMap(({ fault, obstacle }) =>
            obstacle === undefined ? [] : [{ fault: fault.name, because: obstacle }],
        ),
        faults: plan.flatMap(({ fault: { name, title, expected } }) => {
            const ours = runs.filter((run) => run.fault.name === name).map(runReport);
            return ours.length === 0 ? [] : [{ name, title, expected, spread: spreads(ours), runs: ours }];
        }),
        healthy: runs.every(({ problems }) => problems.length === 0),
    };
}

function runReport(run: FaultRun): RunReport {
    const after = (at: number): number => Math.round((at - run.injectedAt) * 10) / 10;
    const bad = run.seen.attempts
        .filter(({ error, took }) => error !== undefined || took > DELAYED_MS)
        .sort((a, b) => a.at - b.at);
    return {
        run: run.run,
        injectedAt: new Date(run.injectedAt).toISOString(),
        target: run.target,
        master: run.master,
        ...figuresOf(run),
        ended: after(run.endedAt),
        holds: run.records.flatMap((record) =>
            holdsOf(record).map(({ from, to }) => ({ host: record.host, from: after(from), to: after(to) })),
        ),
        bad: bad.map(({ at, took, error }) => ({
            after: after(at),
            took: Math.round(took * 10) / 10,
            ...(error === undefined ? {} : { error }),
        })),
        problems: run.problems,
    };
}

function spreads(runs: RunReport[]): Spreads {
    const over = (value: (run: RunReport) => number): Spread => spread(runs.map(value));
    const moved = runs.flatMap(({ moves }) => moves[0]?.after ?? []);
    return {
        outageGap: over((run) => run.outage.longestGap),
        returnGap: over((run) => run.return.longestGap),
        failed: over((run) => run.outage.failed),
        delayed: over((run) => run.outage.delayed),
        returnFailed: over((run) => run.return.failed),
        ...(moved.length === 0 ? {} : { moved: spread(moved) }),
        keptAliveReconnects: over((run) => run.outage.keptAliveReconnects + run.return.keptAliveReconnects),
        keptAliveLongest: over((run) => Math.max(run.outage.keptAliveLongest, run.return.keptAliveLongest)),
        watchBreaks: over((run) => run.outage.watchBreaks + run.return.watchBreaks),
        watchSilence: over((run) => Math.max(run.outage.watchSilence, run.return.watchSilence)),
        splitBrain: over((run) => run.splitBrain),
    };
}
