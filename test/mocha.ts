/** Runs mocha, and counts what came of it. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../tools/cache";
import { duration } from "../tools/progress";

export interface Counts {
    passed: number;
    failed: number;
    skipped: number;
}

export const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

export function sum(all: Counts[]): Counts {
    const of = (key: keyof Counts): number => all.reduce((total, each) => total + each[key], 0);
    return { passed: of("passed"), failed: of("failed"), skipped: of("skipped") };
}

export interface MochaOptions {
    /** Further environment variables. */
    env?: Record<string, string>;
    /** Keeps the output instead of showing it as it comes. */
    keepOutput?: boolean;
    /** How far it gives way to other programs, 0 to 19. Default: 0. */
    niceness?: number;
    /** Milliseconds after which it is stopped, which is a failure. Default: none. */
    limit?: number;
}

/** Runs the test files in one process. */
export async function mocha(
    files: string[],
    { env = {}, keepOutput = false, niceness = 0, limit }: MochaOptions = {},
): Promise<{ counts: Counts; output: string }> {
    const { execa } = await import("execa");
    const folder = await mkdtemp(join(tmpdir(), "ha-api-test-"));
    const countsFile = join(folder, "counts.json");
    const show = keepOutput ? ("pipe" as const) : ("inherit" as const);
    try {
        const { exitCode, timedOut, all } = await execa(
            "nice",
            [
                "-n",
                String(niceness),
                join(projectFolder, "node_modules", ".bin", "mocha"),
                // A test that failed may leave something open, and a run that hangs does not say what failed.
                "--exit",
                "--reporter",
                join(__dirname, "reporter.cjs"),
                ...files,
            ],
            {
                cwd: projectFolder,
                env: { ...env, TEST_COUNTS: countsFile },
                stdin: keepOutput ? "ignore" : "inherit",
                stdout: show,
                stderr: show,
                all: true,
                reject: false,
                timeout: limit,
                // The only one that mocha hands on to the process which runs the tests.
                killSignal: "SIGINT",
            },
        );
        const counts = await readFile(countsFile, "utf8").then(
            (text) => JSON.parse(text) as Counts,
            () => NONE,
        );
        return {
            // A crash of the runner itself counts too, and that it was stopped.
            counts: (timedOut || exitCode !== 0) && counts.failed === 0 ? { ...counts, failed: 1 } : counts,
            output: `${all ?? ""}${timedOut ? `\n\n  1 failing\n\n  It did not end within ${duration(limit!)}.` : ""}`,
        };
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** Test files of a folder, sorted; none when there is no such folder. */
export async function specs(folder: string): Promise<string[]> {
    const entries = await readdir(join(projectFolder, folder), { recursive: true }).catch(() => []);
    return entries
        .filter((name) => name.endsWith(".test.ts"))
        .sort()
        .map((name) => join(folder, name));
}
