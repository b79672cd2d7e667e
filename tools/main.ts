import { HelpAsked } from "./commandLine";
import { say } from "./progress";
import { UserError } from "./run";

/**
 * Runs a program's body. A UserError ends it with its message alone and its status; anything else with a stack trace
 * and 2, since a program that fell over has found nothing. Where help was asked for, that is all it says, and 0.
 */
export function main(body: () => Promise<void>): void {
    body().catch((error: unknown) => {
        if (error instanceof HelpAsked) {
            process.stdout.write(error.help);
            return;
        }
        if (error instanceof UserError) say(`\n${error.message}`);
        else console.error(error);
        process.exitCode = error instanceof UserError ? error.status : 2;
    });
}

interface Subcommand {
    /** One line for the list of them. */
    about: string;
    run: (words: string[]) => Promise<void>;
}

/** Runs the command that the first word names. `what` is what they are called; `--help` without a name lists them. */
export async function runCommand(
    what: string,
    commands: Record<string, Subcommand>,
    [name, ...words]: string[],
): Promise<void> {
    if (name !== undefined && Object.hasOwn(commands, name)) return commands[name]!.run(words);
    const list = Object.entries(commands)
        .map(([known, { about }]) => `  ${known.padEnd(12)} ${about}`)
        .join("\n");
    if (name === "--help" || name === "-h") throw new HelpAsked(`${what}; each of them answers --help:\n${list}\n`);
    throw new UserError(`There is no command "${name ?? ""}"; there are:\n${list}`);
}
