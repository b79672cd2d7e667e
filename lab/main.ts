/** `npm run lab`, `lab:cluster`, `lab:status`, `lab:ssh`, `lab:env`, `lab:down`. */
import { main } from "../tools/main";
import { UserError } from "../tools/run";
import { cluster } from "./commands/cluster";
import { down } from "./commands/down";
import { printEnvironment } from "./commands/env";
import { ssh } from "./commands/ssh";
import { status } from "./commands/status";
import { up } from "./commands/up";
import { labInstance } from "./instance";

const commands = { up, cluster, down, status, env: printEnvironment, ssh };

main(async () => {
    const [name = "", ...args] = process.argv.slice(2);
    const command = commands[name as keyof typeof commands] as (typeof commands)[keyof typeof commands] | undefined;
    if (command === undefined) throw new UserError(`There is no lab command "${name}"; there are: ${Object.keys(commands).join(", ")}.`);
    await command(labInstance("dev"), args);
});
