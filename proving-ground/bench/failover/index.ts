/** This project, the guides it came from and kubeadm's recipe side by side under faults. */
import { count, flag, list } from "../../../tools/options";
import { benchmark } from "../benchmark";
import { compare } from "./compare";
import { chosenEvents, usualEvents } from "./events";
import { markdown } from "./report/markdown";
import { picture } from "./report/picture";
import { chosenSetUps, setUps as allSetUps } from "./setups";

export const failover = benchmark({
    title: "this project, the guides it came from and kubeadm's recipe side by side",
    lab: "own",
    options: {
        runs: count("N", "how often each event happens", { max: 100, otherwise: 20 }),
        setups: list("a,b", `which; without it all: ${allSetUps.map(({ name }) => name).join(", ")}`),
        events: list(
            "x,y",
            `which, also any other fault of npm run drill -- --help; without it: ${usualEvents.join(", ")}`,
        ),
        patient: flag("gives each event 40 s to be over, instead of 6 or 12"),
    },
    measure: (instance, { runs, setups, events, patient }, save) =>
        compare(instance, { runs, setUps: chosenSetUps(setups), events: chosenEvents(events), patient, save }),
    table: markdown,
    plots: (comparison) => ({ failover: picture(comparison) }),
    help: {
        about:
            "Compares this project with the guides it came from and with kubeadm's recipe, side by side, in a lab of " +
            "its own; prints tables.",
        example:
            "npm run bench -- failover --runs 5 --setups ours-balanced,guide-000 --events network-cut,proxy-killed " +
            "--json f.json",
    },
});
