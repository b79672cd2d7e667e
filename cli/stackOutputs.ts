/** What a stack of this project says about itself, asked of the pulumi command. */
import { projectFolder } from "../tools/cache";
import { run, succeeds, UserError } from "../tools/run";

/** `stack` undefined: the one that is selected. Secrets come in clear: keep them out of every message. */
export async function stackOutputs(stack: string | undefined): Promise<Record<string, unknown>> {
    return pulumi(["stack", "output", "--json", "--show-secrets"], stack);
}

/** The stack's configuration in plain text, without the project's prefix; secrets are left out. */
export async function stackConfig(stack: string | undefined): Promise<Record<string, unknown>> {
    const all = await pulumi(["config", "--json"], stack) as Record<string, { value?: string; objectValue?: unknown; secret: boolean }>;
    return Object.fromEntries(Object.entries(all).filter(([, { secret }]) => !secret)
        .map(([key, { value, objectValue }]) => [key.replace(/^ha-api:/, ""), objectValue ?? value]));
}

async function pulumi(args: string[], stack: string | undefined): Promise<Record<string, unknown>> {
    if (!(await succeeds("pulumi", ["version"]))) {
        throw new UserError('There is no command "pulumi" on the PATH. Install it (https://www.pulumi.com/docs/install), or use the lab\'s: eval "$(npm run -s lab:env)"');
    }
    const which = stack === undefined ? [] : ["--stack", stack];
    return JSON.parse(await run("pulumi", [...args, ...which, "--non-interactive", "--color", "never"], { cwd: projectFolder })) as Record<string, unknown>;
}
