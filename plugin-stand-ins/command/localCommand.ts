import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { diffProperties } from "../shared/diff";
import { plain, type Properties, unknown } from "../shared/properties";
import { type Context, type ResourceType } from "../shared/resource";
import { goQuote } from "./goErrors";
import { checkLocalInputs } from "./inputs";

/**
 * `command:local:Command`, with the inputs this project gives it: a command that runs on this machine when the resource
 * is created.
 */
export const localCommand: ResourceType = {
    check: checkLocalInputs,
    diff: (oldInputs, newInputs) => diffProperties(oldInputs, newInputs, () => false),
    create: async (inputs, context) => ({
        id: context.name + randomBytes(4).toString("hex"),
        state: await apply(inputs, context),
    }),
    update: (_state, inputs, context) => apply(inputs, context),
};

async function apply(inputs: Properties, { preview, signal }: Context): Promise<Properties> {
    if (preview) return { ...inputs, stdout: unknown, stderr: unknown };
    const command = plain(inputs["create"]) as string;
    const [program = "/bin/sh", ...words] = (plain(inputs["interpreter"]) as string[] | undefined) ?? ["/bin/sh", "-c"];
    const environment = { ...process.env, ...(plain(inputs["environment"]) as Record<string, string> | undefined) };
    const output = { stdout: "", stderr: "", both: "" };
    const child = spawn(program, [...words, command], { env: environment, stdio: ["ignore", "pipe", "pipe"], signal });
    for (const name of ["stdout", "stderr"] as const) {
        child[name].setEncoding("utf8").on("data", (text: string) => {
            output[name] += text;
            output.both += text;
        });
    }
    const reason = await new Promise<string | undefined>((resolve) => {
        child.once("error", (error) => resolve(error.message));
        child.once("close", (code, killedBy) => {
            const failure = code === null ? `signal: ${killedBy}` : `exit status ${code}`;
            resolve(code === 0 ? undefined : failure);
        });
    });
    if (reason !== undefined) throw new Error(`${reason}: running ${goQuote(command)}:\n${output.both}`);
    return { ...inputs, stdout: output.stdout.trimEnd(), stderr: output.stderr.trimEnd() };
}
