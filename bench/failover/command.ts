/** `npm run bench -- failover [--runs N] [--setups a,b] [--events x,y] [--patient] [--json FILE] [--keep]`. */
import { labInstance } from "../../lab/instance";
import { writeAtomically } from "../../lab/files";
import { UserError } from "../../tools/run";
import type { Words } from "../options";
import { compare } from "./compare";
import { chosenEvents } from "./events";
import { inBenchLab } from "./lab";
import { present } from "./report/command";
import type { Comparison } from "./results";
import { chosenSetUps } from "./setups";

export async function failover(words: Words): Promise<void> {
    const runs = words.count("--runs", 20, 100);
    const setUps = chosenSetUps(words.list("--setups"));
    const events = chosenEvents(words.list("--events"));
    const json = words.value("--json");
    const patient = words.flag("--patient");
    const keep = words.flag("--keep");
    const names = words.rest();
    if (names.length > 0) throw new UserError(`"${names.join(" ")}" is one word too many.`);
    await inBenchLab(labInstance("bench"), keep, async (instance) => {
        const save = async (comparison: Comparison): Promise<void> => {
            if (json !== undefined) await writeAtomically(json, `${JSON.stringify(comparison, undefined, 1)}\n`);
        };
        const comparison = await compare(instance, { runs, setUps, events, patient, save });
        await present(comparison, json);
    });
}
