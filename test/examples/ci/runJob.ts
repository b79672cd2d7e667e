/** Runs a job of a workflow as GitHub's runner does: step by step, by the rules for `if`, `env` and expressions. */
import { spawn } from "node:child_process";
import type { Job, Step } from "./workflows";

export interface Place {
    /** Where the steps run: the checkout. */
    folder: string;
    environment: Record<string, string | undefined>;
    /** What stands between `${{` and `}}`: "secrets.NAME", "github.token", ... */
    expressions: Record<string, string>;
    /** What `uses` does, by the action's name without its version; those that are not here do nothing. */
    actions?: Record<string, (input: Record<string, string>) => Promise<void> | void>;
}

export interface Ran {
    succeeded: boolean;
    /** The name, or the text, of the step that failed first. */
    failed?: string;
    /** Standard output and error of all steps. */
    log: string;
}

export async function runJob(job: Job, place: Place): Promise<Ran> {
    let failed: string | undefined;
    let log = "";
    for (const step of job.steps) {
        if (!isDue(step, failed === undefined)) continue;
        const { status, output } = await runStep(step, place, valuesOf({ ...job.env, ...step.env }, place));
        log += output;
        if (status !== 0) failed ??= step.name ?? step.run ?? step.uses;
    }
    return { succeeded: failed === undefined, ...(failed === undefined ? {} : { failed }), log };
}

function isDue({ if: when }: Step, wellSoFar: boolean): boolean {
    switch (when) {
        case undefined:
            return wellSoFar;
        case "always()":
        case "${{ !cancelled() }}":
            return true;
        case "failure()":
            return !wellSoFar;
        default:
            throw new Error(`what "if: ${when}" means is not known here`);
    }
}

/** With expressions replaced. Only whole words of a known context: a workflow of ours has no other. */
const valuesOf = (values: Record<string, unknown>, { expressions }: Place): Record<string, string> =>
    Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
            name,
            String(value).replace(/\$\{\{ *([\w.]+) *\}\}/g, (_, expression: string) => {
                const known = expressions[expression];
                if (known === undefined) throw new Error(`nothing is known of \${{ ${expression} }}`);
                return known;
            }),
        ]),
    );

async function runStep(
    step: Step,
    place: Place,
    environment: Record<string, string>,
): Promise<{ status: number; output: string }> {
    if (step.uses !== undefined) {
        await place.actions?.[step.uses.replace(/@.*$/, "")]?.(valuesOf(step.with ?? {}, place));
        return { status: 0, output: "" };
    }
    return bash(step.run ?? "", place, environment);
}

/** As GitHub starts it where a step names no shell. */
function bash(
    text: string,
    { folder, environment }: Place,
    own: Record<string, string>,
): Promise<{ status: number; output: string }> {
    return new Promise((resolve, reject) => {
        const child = spawn("bash", ["-e", "-c", text], {
            cwd: folder,
            env: { ...environment, ...own },
            stdio: ["ignore", "pipe", "pipe"],
        });
        let output = "";
        for (const stream of [child.stdout, child.stderr])
            stream.setEncoding("utf8").on("data", (part: string) => (output += part));
        child.once("error", reject);
        child.once("close", (status) => resolve({ status: status ?? 1, output }));
    });
}
