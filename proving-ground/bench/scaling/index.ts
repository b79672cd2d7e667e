/** How times, state and memory grow with the size of a deployment. */
import { type AnyBenchmark, benchmark, repeated } from "../benchmark";
import { measure } from "./measure";
import { type Dimension, pointsOf } from "./points";
import { plots, table } from "./report";

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
