/** Running real programs in tests, when this machine has them. */
import { spawnSync } from "node:child_process";

export interface Outcome {
    status: number | null;
    /** Standard output and standard error together. */
    output: string;
}

/** Runs a program to its end, with the given standard input. */
export function outcomeOf(command: string, args: string[], input = ""): Outcome {
    const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
        input,
        encoding: "utf8",
        timeout: 30_000,
        // At level 1 a bash whose input is a socket takes itself for one of rshd, and reads what is in ~/.bashrc.
        env: { ...process.env, SHLVL: "9" },
    });
    return {
        status,
        output: `${stdout ?? ""}${stderr ?? ""}${signal === null ? "" : `(ended by ${signal})`}${error === undefined ? "" : String(error)}`,
    };
}

/** Whether a program is installed; /usr/sbin, where daemons are, is not on everybody's PATH. */
export function findProgram(name: string): string | undefined {
    const { status, output } = outcomeOf("sh", ["-c", `PATH=$PATH:/usr/sbin:/sbin command -v ${name}`]);
    return status === 0 ? output.trim() : undefined;
}

export const isRoot = process.getuid?.() === 0;

/** A test that needs something of the machine: without it the test is skipped, and its title says why. */
export function itNeeds(
    need: string | false,
    title: string,
    body: (this: Mocha.Context) => void | Promise<void>,
): void {
    if (need === false) it(title, body);
    else
        it(`${title} [skipped: ${need}]`, function () {
            this.skip();
        });
}
