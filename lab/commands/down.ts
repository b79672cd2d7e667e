import { rm } from "node:fs/promises";
import { cacheFolder } from "../../tools/cache";
import { say } from "../../tools/progress";
import type { LabInstance } from "../instance";
import { leftOvers, stopLab } from "../lifecycle";

/** Removes the lab, whatever state it is in; `--purge` also removes what was downloaded and built. */
export async function down(instance: LabInstance, args: string[]): Promise<void> {
    const present = (await leftOvers(instance)).length > 0;
    await stopLab(instance);
    say(present ? `The lab "${instance.name}" is gone.` : `There is no lab "${instance.name}".`);
    if (args.includes("--purge")) {
        await rm(cacheFolder, { recursive: true, force: true });
        say(`Removed ${cacheFolder}.`);
    } else say(`Builds and images stay in ${cacheFolder} for the next time; npm run lab:down -- --purge removes them too.`);
}
