/** `pulumi up` against Ansible: the benchmarks, their tables and pictures. */
import { spreadInSeconds } from "../../../shared/report/duration";
import { ratios, spread } from "../../../shared/report/statistics";
import { markdownTable } from "../../../shared/report/table";
import { benchmark, repeated } from "../benchmark";
import { barChart } from "../plots";
import { change, type Changes, fresh, type Fresh, type Side } from "./measure";

export const deployment = benchmark({
    title: "two hosts from fresh machines, against Ansible",
    options: repeated(5),
    measure: (instance, { runs }) => fresh(instance, runs),
    table: freshTable,
    plots: freshPlots,
});

export const changes = benchmark({
    title: "a run without a change and a change of one line, against Ansible",
    options: repeated(5),
    measure: (instance, { runs }) => change(instance, runs),
    table: changeTable,
    plots: changePlots,
});

const SIDES: Record<Side, string> = { ours: "`pulumi up`", ansible: "Ansible", pipelining: "Ansible, pipelining" };

function freshTable(result: Fresh): string {
    return markdownTable(
        ["two fresh hosts", "all", "packages", "the rest", "all / Ansible"],
        sides().map((side) => {
            const all = result[side];
            return [
                SIDES[side],
                spreadInSeconds(all.map(({ took }) => took)),
                spreadInSeconds(all.map(({ packages }) => packages)),
                spreadInSeconds(all.map(({ took, packages }) => took - packages)),
                share(
                    all.map(({ took }) => took),
                    result.ansible.map(({ took }) => took),
                ),
            ];
        }),
    );
}

function changeTable({ unchanged, oneLine }: Changes): string {
    return markdownTable(
        [
            "two hosts",
            "unchanged",
            "of Ansible",
            "of Ansible, pipelining",
            "one line changed",
            "of Ansible",
            "of Ansible, pipelining",
        ],
        sides().map((side) => [
            SIDES[side],
            spreadInSeconds(unchanged[side]),
            share(unchanged[side], unchanged.ansible),
            share(unchanged[side], unchanged.pipelining),
            spreadInSeconds(oneLine[side]),
            share(oneLine[side], oneLine.ansible),
            share(oneLine[side], oneLine.pipelining),
        ]),
    );
}

const sides = (): Side[] => Object.keys(SIDES) as Side[];

function share(times: number[], by: number[]): string {
    return spread(ratios(times, by)).median.toFixed(2);
}

const names = Object.entries(SIDES).map(([side, name]) => [side as Side, name.replaceAll("`", "")] as const);

function freshPlots(result: Fresh): Record<string, string> {
    const bars = (of: (run: { took: number; packages: number }) => number) =>
        names.map(([side, name]) => ({ name, values: result[side].map((run) => of(run) / 1000) }));
    return {
        "deploy-fresh": barChart({
            title: "Two hosts from freshly booted machines",
            unit: "seconds; dots are single runs",
            groups: [
                { name: "All", bars: bars(({ took }) => took) },
                { name: "Without packages", bars: bars(({ took, packages }) => took - packages) },
            ],
        }),
    };
}

function changePlots({ unchanged, oneLine }: Changes): Record<string, string> {
    const bars = (times: Record<Side, number[]>) =>
        names.map(([side, name]) => ({ name, values: times[side].map((took) => took / 1000) }));
    return {
        "deploy-changes": barChart({
            title: "Two hosts that are set up",
            unit: "seconds, health gates included; dots are single runs",
            groups: [
                { name: "Nothing to change", bars: bars(unchanged) },
                { name: "One line changed on both", bars: bars(oneLine) },
            ],
        }),
    };
}
