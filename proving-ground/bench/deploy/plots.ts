import { barChart } from "../plots/barChart";
import type { Changes, Fresh, Side } from ".";
import { SIDES } from "./table";

const names = Object.entries(SIDES).map(([side, name]) => [side as Side, name.replaceAll("`", "")] as const);

export function freshPlots(result: Fresh): Record<string, string> {
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

export function changePlots({ unchanged, oneLine }: Changes): Record<string, string> {
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
