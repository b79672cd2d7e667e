/** `pulumi up` against Ansible. */
import { benchmark, repeated } from "../benchmark";
import { change, fresh } from "./measure";
import { changePlots, changeTable, freshPlots, freshTable } from "./report";

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
