import { say } from "./progress";
import { UserError } from "./run";

/** Runs a program's body; a UserError ends it with its message alone, anything else with a stack trace, both with exit status 1. */
export function main(body: () => Promise<void>): void {
    body().catch((error: unknown) => {
        if (error instanceof UserError) say(`\n${error.message}`);
        else console.error(error);
        process.exitCode = 1;
    });
}
