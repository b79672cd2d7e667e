/** What connections are lost where all hosts announce the VIP by BGP. */
import { count } from "../../../tools/options";
import { benchmark } from "../benchmark";
import { measureBgp } from "./measure";
import { bgpTable } from "./table";

export const bgp = benchmark({
    title: "connections lost where all hosts announce the VIP by BGP",
    lab: "own",
    options: { runs: count("N", "how often each event happens", { max: 100, otherwise: 10 }) },
    continues: true,
    measure: measureBgp,
    table: bgpTable,
    help: {
        about:
            "Two hosts, then three, announce one VIP to a router that spreads connections by addresses and ports; " +
            "counts what is lost when one of them fails, is drained and returns, with and without forwarding among " +
            "the hosts; prints a table.",
        example: "npm run bench -- bgp --runs 3 --json b.json",
    },
});
