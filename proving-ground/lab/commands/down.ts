import { rm } from "node:fs/promises";
import { cacheFolder } from "../../../tools/cache";
import { commandLine } from "../../../tools/commandLine";
import { flag } from "../../../tools/options";
import { say } from "../../../tools/progress";
import type { LabInstance } from "../instance";
import { leftOvers, stopLab } from "../lifecycle";

const line = commandLine({
    call: "npm run lab:down --",
    about: "Removes the lab, whatever state it is in: machines, network, files, its Pulumi stack.",
    options: { purge: flag(`also removes what was downloaded and built: ${cacheFolder}`) },
    statuses: { 0: "there is no lab now, also where there was none before" },
    examples: ["npm run lab:down", "npm run lab:down -- --purge"],
});

export async function down(instance: LabInstance, words: string[]): Promise<void> {
    const { purge } = line.read(words);
    const present = (await leftOvers(instance)).length > 0;
    await stopLab(instance);
    say(present ? `The lab "${instance.name}" is gone.` : `There is no lab "${instance.name}".`);
    if (purge) {
        await rm(cacheFolder, { recursive: true, force: true });
        say(`Removed ${cacheFolder}.`);
    } else
        say(
            `Builds and images stay in ${cacheFolder} for the next time; npm run lab:down -- --purge removes them too.`,
        );
}
