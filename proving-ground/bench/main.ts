/** `npm run bench [-- PART ...]`: measurements, all of them or some; docs/benchmarks.md says what came out. */
import { labInstance } from "../lab/instance";
import { commandLine } from "../../tools/commandLine";
import { main } from "../../tools/main";
import { falseFailover } from "./falseFailover/command";
import { failover } from "./failover/command";
import { takeAway } from "./failover/lab";
import { report } from "./failover/report/command";
import { measureParts } from "./measureParts";

const downLine = commandLine({
    call: "npm run bench -- down",
    about: "Removes the machines that failover --keep and false-failover --keep left.",
    options: {},
    statuses: { 0: "there are none" },
    examples: ["npm run bench -- down"],
});

async function down(words: string[]): Promise<void> {
    downLine.read(words);
    await takeAway(labInstance("bench"));
}

/** With machines and a lab of their own, and options of their own. */
const commands = { failover, "false-failover": falseFailover, report, down };

main(async () => {
    const [name, ...words] = process.argv.slice(2);
    if (name !== undefined && Object.hasOwn(commands, name)) return commands[name as keyof typeof commands](words);
    if (name === undefined) {
        await failover([]);
        await falseFailover([]);
    }
    await measureParts(process.argv.slice(2));
});
