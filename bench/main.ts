/** `npm run bench [-- PART ...]`: measurements, all of them or some; docs/benchmarks.md says which parts and options there are. */
import { labInstance } from "../lab/instance";
import { main } from "../tools/main";
import { UserError } from "../tools/run";
import { falseFailover } from "./falseFailover/command";
import { failover } from "./failover/command";
import { takeAway } from "./failover/lab";
import { report } from "./failover/report/command";
import { measureParts } from "./measureParts";
import { Words } from "./options";
import { parts } from "./parts";

/** With machines and a lab of their own, and options of their own. */
const commands = { failover, "false-failover": falseFailover, report, down: () => takeAway(labInstance("bench")) };

main(async () => {
    const [name, ...words] = process.argv.slice(2);
    if (name !== undefined && Object.hasOwn(commands, name)) return commands[name as keyof typeof commands](new Words(words));
    if (name !== undefined && !name.startsWith("-") && !Object.hasOwn(parts, name)) {
        const list = [...Object.keys(commands), ...Object.entries(parts).map(([part, { about }]) => `${part.padEnd(10)} ${about}`)];
        throw new UserError(`There is no part "${name}" of the benchmarks; there are:\n${list.map((line) => `  ${line}`).join("\n")}`);
    }
    if (name === undefined) {
        await failover(new Words([]));
        await falseFailover(new Words([]));
    }
    await measureParts(new Words(process.argv.slice(2)));
});
