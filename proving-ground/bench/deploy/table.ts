import { spreadInSeconds } from "../../../shared/report/duration";
import { markdownTable } from "../../../shared/report/table";
import { ratios, spread } from "../../../shared/report/statistics";
import type { Changes, Fresh, Side } from ".";

export const SIDES: Record<Side, string> = {
    ours: "`pulumi up`",
    ansible: "Ansible",
    pipelining: "Ansible, pipelining",
};

export function freshTable(result: Fresh): string {
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

export function changeTable({ unchanged, oneLine }: Changes): string {
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
