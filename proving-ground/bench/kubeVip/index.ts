/** This project and kube-vip under the same events. */
import { count, textOr } from "../../../tools/options";
import { benchmark } from "../benchmark";
import { markdown } from "../failover/report/markdown";
import { picture } from "../failover/report/picture";
import { compareWithKubeVip } from "./measure";

export const kubeVip = benchmark({
    title: "this project and kube-vip in front of the same real kube-apiservers",
    lab: "own",
    options: {
        runs: count("N", "how often each event happens", { max: 100, otherwise: 20 }),
        binary: textOr("FILE", "kube-vip's program", "kube-vip"),
    },
    continues: true,
    measure: compareWithKubeVip,
    table: markdown,
    plots: (comparison) => ({ "kube-vip": picture(comparison) }),
    help: {
        about:
            "Compares this project's defaults with kube-vip in ARP mode, with its program's defaults and with a " +
            "lease of 5, 3 and 1 s, beside three real kube-apiservers; prints tables.",
        example: "npm run bench -- kube-vip --binary ./kube-vip --runs 5 --json k.json",
    },
});
