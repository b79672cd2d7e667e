/** What there is to do with a stack between two `pulumi up`: `npm run kubeconfig`. */
import { main } from "../tools/main";
import { UserError } from "../tools/run";
import { kubeconfig } from "./kubeconfig";

const commands = { kubeconfig };

main(async () => {
    const [name = "", ...args] = process.argv.slice(2);
    const command = commands[name as keyof typeof commands] as (typeof commands)[keyof typeof commands] | undefined;
    if (command === undefined) throw new UserError(`There is no command "${name}"; there are: ${Object.keys(commands).join(", ")}.`);
    await command(args);
});
