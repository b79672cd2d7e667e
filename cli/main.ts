/** What there is to do with a stack between two `pulumi up`: `npm run status`, `drift`, `drill`, `kubeconfig`. */
import { main } from "../tools/main";
import { UserError } from "../tools/run";
import { drift } from "./drift";
import { drill } from "./drill/drill";
import { kubeconfig } from "./kubeconfig";
import { status } from "./status";

const commands = { drift, drill, kubeconfig, status };

main(async () => {
    const [name = "", ...args] = process.argv.slice(2);
    const command = commands[name as keyof typeof commands] as (typeof commands)[keyof typeof commands] | undefined;
    if (command === undefined) throw new UserError(`There is no command "${name}"; there are: ${Object.keys(commands).join(", ")}.`);
    await command(args);
});
