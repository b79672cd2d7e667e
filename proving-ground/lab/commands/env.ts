import { delimiter } from "node:path";
import { quote } from "../../../components/text/quote";
import { commandLine } from "../../../tools/commandLine";
import { UserError } from "../../../tools/run";
import { labEnvironment } from "../environment";
import type { LabInstance } from "../instance";
import { labRunning } from "../lifecycle";

const line = commandLine({
    call: "npm run -s lab:env --",
    about:
        "Prints what a shell evaluates to work on the lab with `pulumi`: its command, its state, its stack and " +
        "the credentials of the lab's Proxmox API.",
    options: {},
    statuses: { 0: "it was printed", 2: "the lab is not up, or it was used wrongly" },
    examples: ['eval "$(npm run -s lab:env)" && pulumi preview --diff'],
});

export async function printEnvironment(instance: LabInstance, words: string[]): Promise<void> {
    line.read(words);
    if (!(await labRunning(instance))) throw new UserError("The lab is not up; start it with: npm run lab");
    for (const [name, value] of Object.entries(await labEnvironment(instance))) {
        // The shell keeps its own PATH: what npm added to ours is not for it.
        const text = name === "PATH" ? `${quote(value.split(delimiter)[0]!)}:"$PATH"` : quote(value);
        process.stdout.write(`export ${name}=${text}\n`);
    }
}
