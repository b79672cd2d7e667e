/** What a load balancer in the way costs. */
import { benchmark, repeated } from "../benchmark";
import { measureCandidates, measureWatches, measureWays } from "./measure";
import { candidateTable, dataPathPlots, watchPlots, watchTable, wayTable } from "./report";

export const dataPath = benchmark({
    title: "connections, requests and latency through nginx and HAProxy against direct",
    options: repeated(5),
    measure: (instance, { runs }) => measureWays(instance, runs),
    table: wayTable,
    plots: dataPathPlots,
});

export const settings = benchmark({
    title: "settings of nginx and HAProxy, each on and off",
    options: repeated(5),
    measure: (instance, { runs }) => measureCandidates(instance, runs),
    table: candidateTable,
});

export const watches = benchmark({
    title: "20,000 idle watches held at once",
    options: repeated(1),
    measure: (instance, { runs }) => measureWatches(instance, runs),
    table: watchTable,
    plots: watchPlots,
});
