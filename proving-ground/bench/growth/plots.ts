import { lineChart } from "../plots/lineChart";
import { spread } from "../../../shared/report/statistics";
import type { Measured } from ".";
import { type Dimension, sizes } from "./points";
import { measuredAt } from "./table";

const times: Record<string, (measured: Measured) => number[]> = {
    "change up": ({ change }) => change,
    "unchanged up": ({ unchanged }) => unchanged,
    preview: ({ preview }) => preview,
};

export function plots(measured: Measured[], dimensions: Dimension[]): Record<string, string> {
    return Object.fromEntries(
        dimensions.map((dimension) => [
            `growth-${dimension}`,
            lineChart({
                title: `Time by number of ${dimension}`,
                x: dimension,
                y: "seconds",
                logarithmicX: dimension !== "hosts",
                series: Object.entries(times).map(([name, timesOf]) => ({
                    name,
                    points: sizes[dimension].map((size) => {
                        const { median, least, most } = spread(timesOf(measuredAt(measured, dimension, size)));
                        return { x: size, y: median / 1000, least: least / 1000, most: most / 1000 };
                    }),
                })),
            }),
        ]),
    );
}
