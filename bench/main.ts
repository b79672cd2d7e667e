/** `npm run bench -- PART`: measurements in a lab of their own; docs/benchmarks.md says which parts and options there are. */
import { labInstance } from "../lab/instance";
import { main } from "../tools/main";
import { UserError } from "../tools/run";
import { falseFailover } from "./falseFailover/command";
import { failover } from "./failover/command";
import { takeAway } from "./failover/lab";
import { report } from "./failover/report/command";
import { Words } from "./options";

const parts = { failover, "false-failover": falseFailover, report, down: () => takeAway(labInstance("bench")) };

main(async () => {
    const [name = "failover", ...words] = process.argv.slice(2);
    const part = Object.hasOwn(parts, name) ? parts[name as keyof typeof parts] : undefined;
    if (part === undefined) throw new UserError(`There is no part "${name}" of the benchmarks; there are: ${Object.keys(parts).join(", ")}.`);
    await part(new Words(words));
});
