/** `npm run lab` and its parts. */
import { benchmark, repeated } from "../benchmark";
import { measure } from "./measure";
import { bootstrapTable } from "./table";

export const bootstrap = benchmark({
    title: "the parts of `npm run lab`; takes the lab down and brings it up again",
    options: repeated(3),
    measure: (instance, { runs }) => measure(instance, runs),
    table: bootstrapTable,
});
