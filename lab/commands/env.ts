import { delimiter } from "node:path";
import { quote } from "../../components/remote/quote";
import { UserError } from "../../tools/run";
import { labEnvironment } from "../environment";
import type { LabInstance } from "../instance";
import { labRunning } from "../lifecycle";

/** Prints what a shell evaluates to work on the lab with `pulumi`. */
export async function printEnvironment(instance: LabInstance): Promise<void> {
    if (!(await labRunning(instance))) throw new UserError("The lab is not up; start it with: npm run lab");
    for (const [name, value] of Object.entries(await labEnvironment(instance))) {
        // The shell keeps its own PATH: what npm added to ours is not for it.
        const text = name === "PATH" ? `${quote(value.split(delimiter)[0]!)}:"$PATH"` : quote(value);
        process.stdout.write(`export ${name}=${text}\n`);
    }
}
