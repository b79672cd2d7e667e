/**
 * `pulumi up` of two hosts on each Debian release, in turn: from fresh machines, without a change, and with a change of
 * one line.
 */
import type { LabInstance } from "../../lab/instance";
import { type Release, RELEASES } from "../../lab/release";
import { say } from "../../../tools/progress";
import { markdownTable } from "../../../shared/report/table";
import { benchmark, repeated } from "../benchmark";
import { benchMachines, startMachines, stopMachines } from "../support/machines";
import { rounds } from "../benchmark";
import { BenchStack, stackOn } from "../support/stack";
import { seconds, spreadInSeconds } from "../../../shared/report/duration";

const KINDS = ["first", "unchanged", "oneLine"] as const;

/** Milliseconds, run by run. */
type Times = Record<(typeof KINDS)[number], number[]>;
type Result = Record<Release, Times>;

export const releases = benchmark({
    title: "first up, up without a change and with one, on Debian 13 and 12 in turn",
    options: repeated(5),
    measure: (instance, { runs }) => measure(instance, runs),
    table,
});

async function measure(instance: LabInstance, runs: number): Promise<Result> {
    const none = (): Times => ({ first: [], unchanged: [], oneLine: [] });
    const result: Result = { "13": none(), "12": none() };
    const machines = benchMachines(instance, 2);
    const stack = new BenchStack(instance, "releases");
    const config = stackOn(instance, machines);
    const changed = { ...config, apiServers: instance.apiServers.slice(0, -1).map(({ address }) => address) };
    try {
        for (const run of rounds(runs)) {
            for (const release of RELEASES) {
                await stopMachines(instance, machines);
                await startMachines(instance, machines, { release });
                await stack.create(config);
                const first = (await stack.up()).took;
                const unchanged = (await stack.up()).took;
                await stack.configure(changed);
                const times = { first, unchanged, oneLine: (await stack.up()).took };
                for (const kind of KINDS) result[release][kind].push(times[kind]);
                say(
                    `  run ${run}, Debian ${release}: ` +
                        `${KINDS.map((kind) => `${kind} ${seconds(times[kind])}`).join(", ")}`,
                );
            }
        }
    } finally {
        await stack.forget();
        await stopMachines(instance, machines);
    }
    return result;
}

function table(result: Result): string {
    return markdownTable(
        ["two hosts", "first `up`", "unchanged", "one line changed"],
        RELEASES.map((release) => [
            `Debian ${release}`,
            ...KINDS.map((kind) => {
                return spreadInSeconds(result[release][kind]);
            }),
        ]),
    );
}
