/** This project and kube-vip where all hosts, or all nodes, announce the VIP by BGP. */
import { count, textOr } from "../../../tools/options";
import { benchmark } from "../benchmark";
import { measureBoth } from "./measure";
import { table } from "./table";

export const kubeVipBgp = benchmark({
    title: "this project and kube-vip, both by BGP",
    lab: "own",
    options: {
        runs: count("N", "how often each event happens", { max: 100, otherwise: 5 }),
        binary: textOr("FILE", "kube-vip's program", "kube-vip"),
    },
    continues: true,
    measure: measureBoth,
    table,
    help: {
        about:
            "Three hosts of this project announce a VIP to a router, and kube-vip on the three API servers' machines " +
            "another one, once with its program's defaults and once with short times; counts what clients behind " +
            "the router lose; prints a table.",
        example: "npm run bench -- kube-vip-bgp --binary ./kube-vip --runs 3 --json k.json",
    },
});
