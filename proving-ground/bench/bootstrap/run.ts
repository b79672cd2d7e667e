/** Runs a lab command and prints, on standard output, how long its parts took: `run.ts up|down INSTANCE`. */
import { down } from "../../lab/commands/down";
import { up } from "../../lab/commands/up";
import { labInstance } from "../../lab/instance";
import { main } from "../../../tools/main";
import { timedParts } from "../../../tools/progress";
import { UserError } from "../../../tools/run";

main(async () => {
    const [command, name = ""] = process.argv.slice(2);
    if (command === "up") await up(labInstance(name), []);
    else if (command === "down") await down(labInstance(name), []);
    else throw new UserError(`There is no command "${command}".`);
    // After what `pulumi` says.
    console.log(JSON.stringify(timedParts()));
});
