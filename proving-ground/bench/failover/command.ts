/** `npm run bench -- failover`. */
import { labInstance } from "../../lab/instance";
import { writeAtomically } from "../../lab/files";
import { commandLine } from "../../../tools/commandLine";
import { count, flag, list, text } from "../../../tools/options";
import { compare } from "./compare";
import { chosenEvents, usualEvents } from "./events";
import { inBenchLab } from "./lab";
import { present } from "./report/command";
import type { Comparison } from "./results";
import { chosenSetUps, setUps as allSetUps } from "./setups";

const line = commandLine({
    call: "npm run bench -- failover",
    about:
        "Compares this project with the guides it came from and with kubeadm's recipe, side by side, in a lab of " +
        "its own; prints tables.",
    options: {
        runs: count("N", "how often each event happens", { most: 100, otherwise: 20 }),
        setups: list("a,b", `which; without it all: ${allSetUps.map(({ name }) => name).join(", ")}`),
        events: list(
            "x,y",
            `which, also any other fault of npm run drill -- --help; without it: ${usualEvents.join(", ")}`,
        ),
        patient: flag("gives each event 40 s to be over, instead of 6 or 12"),
        json: text("FILE", "where the figures go, and a picture beside them; without it nowhere"),
        keep: flag("leaves the machines, which saves two minutes the next time; npm run bench -- down removes them"),
    },
    statuses: { 0: "it was measured" },
    examples: [
        "npm run bench -- failover --runs 5 --setups ours-balanced,guide-000 --events network-cut,proxy-killed " +
            "--json f.json",
    ],
});

export async function failover(words: string[]): Promise<void> {
    const { runs, json, patient, keep, setups, events: named } = line.read(words);
    const setUps = chosenSetUps(setups);
    const events = chosenEvents(named);
    await inBenchLab(labInstance("bench"), keep, async (instance) => {
        const save = async (comparison: Comparison): Promise<void> => {
            if (json !== undefined) await writeAtomically(json, `${JSON.stringify(comparison, undefined, 1)}\n`);
        };
        const comparison = await compare(instance, { runs, setUps, events, patient, save });
        await present(comparison, json);
    });
}
