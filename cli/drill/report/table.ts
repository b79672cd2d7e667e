/** The report as a table for the terminal. */
import { aligned } from "../../../shared/report/table";
import type { Spread } from "../../../shared/report/statistics";
import type { FaultReport, Report, RunReport } from "./report";
import { milliseconds } from "../../../shared/report/duration";

export function tableText(report: Report): string {
    if (report.faults.length === 0) return "No fault was injected to its end.";
    const several = report.faults.some(({ runs }) => runs.length > 1);
    return [
        `\nDrill on ${report.vip} at ${report.date.replace("T", " ").slice(0, 19)} UTC, seen from ` +
            `${report.client.where}${several ? "; median (min - max)" : ""}`,
        "",
        ...aligned([HEADS, ...report.faults.map(row)]),
        "",
        `gap: the longest time without a new connection that was answered within ${report.delayedMs} ms; ` +
            "delayed: answered later than that.",
        "on return: the same from when the failed part comes back. kept: connections made again, longest " +
            "time between two answers.",
        "watches: breaks, longest time without an event. split-brain: how long more than one host had the VIP.",
        ...stalls(report),
        "",
        "What the hosts reported, in milliseconds after the fault:",
        ...report.faults.flatMap(changes),
        ...report.leftOut.map(({ fault, because }) => `${fault} was left out: ${because}.`),
        ...report.faults.flatMap(({ title, runs }) =>
            runs.flatMap(({ run, problems }) =>
                problems.map((problem) => `UNHEALTHY after ${title}, run ${run}: ${problem}`),
            ),
        ),
    ].join("\n");
}

/** A busy machine must not be taken for a slow load balancer. */
function stalls({ faults }: Report): string[] {
    const longest = Math.max(
        ...faults.flatMap(({ runs }) =>
            runs.flatMap(({ outage, return: back }) => [outage.clientStall, back.clientStall]),
        ),
    );
    return longest < 100
        ? []
        : [
              `The client itself was held up for ${milliseconds(longest)} by its busy machine: gaps of that ` +
                  "length are its own.",
          ];
}

const HEADS = [
    "fault",
    "on",
    "VIP moved",
    "gap",
    "failed",
    "delayed",
    "on return",
    "failed",
    "kept",
    "watches",
    "split-brain",
];

function row({ title, spread, runs }: FaultReport): string[] {
    const time = (values: Spread): string => shown(values, milliseconds);
    const count = (values: Spread): string => shown(values, (value) => String(value));
    const targets = [...new Set(runs.map(({ target }) => target))];
    return [
        title,
        targets.length === 1 ? targets[0]! : "each in turn",
        moved(runs, spread.moved),
        time(spread.outageGap),
        count(spread.failed),
        count(spread.delayed),
        time(spread.returnGap),
        count(spread.returnFailed),
        `${count(spread.keptAliveReconnects)}x, ${time(spread.keptAliveLongest)}`,
        watches(runs, count(spread.watchBreaks), time(spread.watchSilence)),
        spread.splitBrain.max === 0 ? "-" : time(spread.splitBrain),
    ];
}

/** Watches on which nothing happens have no silence that means something. */
function watches(runs: RunReport[], breaks: string, silence: string): string {
    if (runs.every((run) => run.watches === 0)) return "none held";
    return runs.every(({ outage, return: back }) => outage.watchSilence + back.watchSilence === 0)
        ? `${breaks}, few events`
        : `${breaks}, ${silence}`;
}

function shown(values: Spread, words: (value: number) => string): string {
    return values.runs === 1 || values.min === values.max
        ? words(values.median)
        : `${words(values.median)} (${words(values.min)} - ${words(values.max)})`;
}

function moved(runs: RunReport[], spread: Spread | undefined): string {
    if (spread === undefined) return "stayed";
    const [first] = runs.flatMap(({ moves }) => moves[0] ?? []);
    const where = runs.length === 1 ? `to ${first!.to} ` : "";
    const again = runs.some(({ moves }) => moves.length > 1) ? ", and again" : "";
    return `${where}after ${shown(spread, milliseconds)}${again}`;
}

/** Of the last run, which stands for the others. */
function changes({ title, runs }: FaultReport): string[] {
    const last = runs.at(-1)!;
    const hosts = [...new Set(last.changes.map(({ host }) => host))];
    const changesOf = (host: string): string =>
        last.changes
            .filter((change) => change.host === host)
            .map(({ after, text }) => `${text} ${Math.round(after)}`)
            .join(", ");
    return [
        `  ${title}${runs.length > 1 ? `, run ${last.run}` : ""}:`,
        ...(hosts.length === 0 ? ["    nothing"] : hosts.map((host) => `    ${host}: ${changesOf(host)}`)),
    ];
}
