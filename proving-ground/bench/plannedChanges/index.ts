/** What clients notice of planned changes. */
import { benchmark, repeated } from "../benchmark";
import { measure } from "./measure";
import { table } from "./table";

export const plannedChanges = benchmark({
    title: "what clients notice of planned changes",
    options: repeated(20),
    measure: (instance, { runs }) => measure(instance, runs),
    table,
});
