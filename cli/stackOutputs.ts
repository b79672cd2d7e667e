/** What a stack of this project says about itself, asked of the pulumi command. */
import { delimiter, join } from "node:path";
import { say } from "../tools/progress";
import { run, succeeds, UserError } from "../tools/run";
import { labSupport } from "./lab";
import { programFolder } from "./programFolder";

/** `stack` undefined: the one that is selected. Secrets come in clear: keep them out of every message. */
export async function stackOutputs(stack: string | undefined): Promise<Record<string, unknown>> {
    return pulumi(["stack", "output", "--json", "--show-secrets"], stack);
}

/** The stack's configuration, without the project's prefix. Secrets come in clear: keep them out of every message. */
export async function stackSecretsAndConfig(stack: string | undefined): Promise<Record<string, unknown>> {
    return withoutPrefix((await pulumi(["config", "--json", "--show-secrets"], stack)) as Config);
}

type Config = Record<string, { value?: string; objectValue?: unknown; secret: boolean }>;

/** A program of one's own may have another project name before its keys. */
function withoutPrefix(config: Config): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(config).map(([key, { value, objectValue }]) => [
            key.replace(/^[^:]+:/, ""),
            objectValue ?? value,
        ]),
    );
}

/**
 * npm puts the packages' own commands first, the launcher of Pulumi among them; the user's own pulumi comes before
 * that.
 */
function usersEnvironment(): Record<string, string> {
    const packages = join(programFolder(), "node_modules", ".bin");
    const path = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== packages);
    return { PATH: [...path, packages].join(delimiter) };
}

/** Once is enough: a command asks more than once. */
let saidLab = false;

/** The user's own; where nothing says which stack is meant, and the lab is up, the lab's. */
async function environment(stack: string | undefined): Promise<Record<string, string>> {
    const own = usersEnvironment();
    const options = { cwd: programFolder(), env: own };
    if (stack !== undefined || process.env["PULUMI_STACK"] !== undefined) return own;
    if (await succeeds("pulumi", ["stack", "--show-name", "--non-interactive"], options)) return own;
    const ofLab = await (await labSupport())?.stackEnvironment();
    if (ofLab === undefined) return own;
    if (!saidLab) say("No stack is selected, and none was named: this is about the lab's.");
    saidLab = true;
    return ofLab;
}

/** Where pulumi is run, and in which environment; throws a UserError where there is no pulumi. */
export async function pulumiOptions(stack: string | undefined): Promise<{ cwd: string; env: Record<string, string> }> {
    const options = { cwd: programFolder(), env: await environment(stack) };
    if (!(await succeeds("pulumi", ["version"], options))) {
        throw new UserError(
            'There is no command "pulumi" that works. Install it (https://www.pulumi.com/docs/install), or ' +
                'use the lab\'s: eval "$(npm run -s lab:env)"',
        );
    }
    return options;
}

async function pulumi(args: string[], stack: string | undefined): Promise<Record<string, unknown>> {
    const options = await pulumiOptions(stack);
    const which = stack === undefined ? [] : ["--stack", stack];
    return JSON.parse(
        await run("pulumi", [...args, ...which, "--non-interactive", "--color", "never"], options),
    ) as Record<string, unknown>;
}
