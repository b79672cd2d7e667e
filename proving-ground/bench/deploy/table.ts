import { markdown } from "../part";
import { ratios, spread } from "../../../shared/report/statistics";
import type { Changes, Fresh, Side } from ".";

export const SIDES: Record<Side, string> = {
    ours: "`pulumi up`",
    ansible: "Ansible",
    pipelining: "Ansible, pipelining",
};

export function freshTable(result: Fresh): string {
    return markdown(
        ["two fresh hosts", "all", "packages", "the rest", "all / Ansible"],
        sides().map((side) => {
            const all = result[side];
            return [
                SIDES[side],
                inSeconds(all.map(({ took }) => took)),
                inSeconds(all.map(({ packages }) => packages)),
                inSeconds(all.map(({ took, packages }) => took - packages)),
                share(
                    all.map(({ took }) => took),
                    result.ansible.map(({ took }) => took),
                ),
            ];
        }),
    );
}

export function changeTable({ unchanged, oneLine }: Changes): string {
    return markdown(
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
            inSeconds(unchanged[side]),
            share(unchanged[side], unchanged.ansible),
            share(unchanged[side], unchanged.pipelining),
            inSeconds(oneLine[side]),
            share(oneLine[side], oneLine.ansible),
            share(oneLine[side], oneLine.pipelining),
        ]),
    );
}

const sides = (): Side[] => Object.keys(SIDES) as Side[];

function inSeconds(times: number[]): string {
    const { median, least, most } = spread(times.map((time) => time / 1000));
    return `${median.toFixed(1)} s (${least.toFixed(1)} - ${most.toFixed(1)})`;
}

function share(times: number[], by: number[]): string {
    return spread(ratios(times, by)).median.toFixed(2);
}
