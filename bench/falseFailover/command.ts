/** `npm run bench -- false-failover [--seconds N] [--freezes N] [--json FILE] [--keep]`. */
import { writeAtomically } from "../../lab/files";
import { labInstance } from "../../lab/instance";
import { part } from "../../tools/progress";
import { UserError } from "../../tools/run";
import { heal } from "../failover/heal";
import { inBenchLab } from "../failover/lab";
import { pairsUp } from "../failover/machines";
import { chosenSetUps, pairOf } from "../failover/setups";
import type { Words } from "../options";
import { disturb, situations } from "./disturb";
import { type Disturbed, table } from "./results";

/** From the most to the least impatient. */
const SET_UPS = ["ours-fast", "ours-balanced", "ours-tolerant"];

export async function falseFailover(words: Words): Promise<void> {
    const seconds = words.count("--seconds", 30, 600);
    const freezes = words.count("--freezes", 10, 100);
    const json = words.value("--json");
    const keep = words.flag("--keep");
    const names = words.rest();
    if (names.length > 0) throw new UserError(`"${names.join(" ")}" is one word too many.`);
    await inBenchLab(labInstance("bench"), keep, async (instance) => {
        const pairs = chosenSetUps(SET_UPS).map((setUp) => pairOf(instance, setUp));
        await pairsUp(instance, pairs);
        await part("everything is put back", () => heal(instance, pairs));
        const result: Disturbed = { date: new Date().toISOString(), outcomes: [] };
        for (const situation of situations(seconds, freezes)) {
            result.outcomes.push(...await disturb(instance, pairs, situation));
            if (json !== undefined) await writeAtomically(json, `${JSON.stringify(result, undefined, 1)}\n`);
        }
        process.stdout.write(`${table(result.outcomes)}\n`);
    });
}
