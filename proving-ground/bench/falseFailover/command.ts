/** `npm run bench -- false-failover`. */
import { writeAtomically } from "../../lab/files";
import { labInstance } from "../../lab/instance";
import { commandLine } from "../../../tools/commandLine";
import { count, flag, text } from "../../../tools/options";
import { part } from "../../../tools/progress";
import { restoreAll } from "../failover/restore";
import { inBenchLab } from "../failover/lab";
import { pairsUp } from "../failover/machines";
import { chosenSetUps, pairOf } from "../failover/setups";
import { disturb, situations } from "./disturb";
import { type Disturbed, table } from "./results";

/** From the most to the least impatient. */
const SET_UPS = ["ours-fast", "ours-balanced", "ours-tolerant"];

const line = commandLine({
    call: "npm run bench -- false-failover",
    about:
        "Disturbs healthy pairs with busy processes and by letting them stand still, and counts how often the " +
        "VIP moves without need; prints a table.",
    options: {
        seconds: count("N", "how long each disturbance lasts", { most: 600, otherwise: 30 }),
        freezes: count("N", "how often a host stands still", { most: 100, otherwise: 10 }),
        json: text("FILE", "where the figures go; without it nowhere"),
        keep: flag("leaves the machines, which saves two minutes the next time; npm run bench -- down removes them"),
    },
    statuses: { 0: "it was measured" },
    examples: ["npm run bench -- false-failover --seconds 15 --json g.json"],
});

export async function falseFailover(words: string[]): Promise<void> {
    const { seconds, freezes, json, keep } = line.read(words);
    await inBenchLab(labInstance("bench"), keep, async (instance) => {
        const pairs = chosenSetUps(SET_UPS).map((setUp) => pairOf(instance, setUp));
        await pairsUp(instance, pairs);
        await part("everything is put back", () => restoreAll(instance, pairs));
        const result: Disturbed = { date: new Date().toISOString(), outcomes: [] };
        for (const situation of situations(seconds, freezes)) {
            result.outcomes.push(...(await disturb(instance, pairs, situation)));
            if (json !== undefined) await writeAtomically(json, `${JSON.stringify(result, undefined, 1)}\n`);
        }
        process.stdout.write(`${table(result.outcomes)}\n`);
    });
}
