/** How times, state and memory grow with the size of a deployment: the benchmarks, their tables and pictures. */
import { growthExponent, spread } from "../../../shared/report/statistics";
import { markdownTable } from "../../../shared/report/table";
import { type AnyBenchmark, benchmark, repeated } from "../benchmark";
import { lineChart } from "../plots";
import { measure, type Measured } from "./measure";
import { type Dimension, nameOf, pointOf, pointsOf, sizes } from "./points";

export const hosts = scaling("hosts");
export const services = scaling("listeners", "backends");

function scaling(...dimensions: Dimension[]): AnyBenchmark {
    return benchmark({
        title: `times, state and memory with more ${dimensions.join(" and ")}`,
        options: repeated(3),
        measure: (instance, { runs }) => measure(instance, runs, pointsOf(dimensions)),
        table: (measured) => table(measured, dimensions),
        plots: (measured) => plots(measured, dimensions),
    });
}

/** A figure of a point: how it is called, and its value. */
export const figures: Record<string, (measured: Measured) => number> = {
    "`preview`, s": ({ preview }) => spread(preview).median / 1000,
    "unchanged `up`, s": ({ unchanged }) => spread(unchanged).median / 1000,
    "change `up`, s": ({ change }) => spread(change).median / 1000,
    "state, KiB": ({ state }) => state / 1024,
    "program, MiB": ({ memory }) => spread(memory).median,
};

function measuredAt(measured: Measured[], dimension: Dimension, size: number): Measured {
    return measured.find(({ point }) => nameOf(point) === nameOf(pointOf(dimension, size)))!;
}

export function table(measured: Measured[], dimensions: Dimension[]): string {
    return dimensions
        .map((dimension) => {
            const rows = sizes[dimension].map((size) => {
                const at = measuredAt(measured, dimension, size);
                return [size, ...Object.values(figures).map((figure) => figure(at).toFixed(1)), range(at)];
            });
            const exponents = Object.values(figures).map((figure) =>
                growthExponent(
                    sizes[dimension].map((size): [number, number] => [
                        size,
                        figure(measuredAt(measured, dimension, size)),
                    ]),
                ).toFixed(2),
            );
            return markdownTable(
                [dimension, ...Object.keys(figures), "min - max of the times, s"],
                [...rows, ["exponent", ...exponents, ""]],
            );
        })
        .join("\n\n");
}

function range({ preview, unchanged, change }: Measured): string {
    return [preview, unchanged, change]
        .map((times) => {
            const { min, max } = spread(times);
            return `${(min / 1000).toFixed(1)} - ${(max / 1000).toFixed(1)}`;
        })
        .join(", ");
}

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
                        const { median, min, max } = spread(timesOf(measuredAt(measured, dimension, size)));
                        return { x: size, y: median / 1000, min: min / 1000, max: max / 1000 };
                    }),
                })),
            }),
        ]),
    );
}
