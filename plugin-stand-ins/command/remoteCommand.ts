import { randomBytes } from "node:crypto";
import { diffProperties } from "../shared/diff";
import { hasValue, plain, type Properties, secret, unknown } from "../shared/properties";
import { type Context, type ResourceType } from "../shared/resource";
import { checkInputs, ownInputs } from "./inputs";
import { type Outputs, run } from "./run";

/** `command:remote:Command`: a command that runs on a machine when the resource is created, changed and deleted. */
export const remoteCommand: ResourceType = {
    check: checkInputs,

    diff: (oldInputs, newInputs) =>
        diffProperties(checkedInputs(oldInputs), checkedInputs(newInputs), (root) => root === "triggers"),

    create: async (inputs, context) => ({
        id: context.name + randomBytes(4).toString("hex"),
        state: await apply(commandOf(inputs, "create"), inputs, { stdout: "", stderr: "" }, context),
    }),

    update: (state, inputs, context) =>
        apply(commandOf(inputs, "update") ?? commandOf(inputs, "create"), inputs, outputsOf(state), context),

    delete: async (state, context) => {
        const command = commandOf(state, "delete");
        if (command !== undefined) await run(command, state, outputsOf(state), context);
    },
};

/** Checked again: a state may be from before `check` marked what the official plugin marks as secret. */
const checkedInputs = (properties: Properties): Properties => checkInputs(ownInputs(properties)).inputs;

/**
 * The state after a command: the inputs as they came, so an input that was secret stays secret, and what the command
 * wrote. stdout and stderr are not made secret because of a secret connection or stdin: since pulumi-go-provider's rule
 * of "same name only" (resource.go, ensureDefaultSecrets; pulumi-command #256, closed) the official 1.2.1 leaves that
 * to additionalSecretOutputs, which the engine applies. In a preview both are unknown, also before an update, since any
 * update runs the command again.
 */
async function apply(
    command: string | undefined,
    inputs: Properties,
    previous: Outputs,
    context: Context,
): Promise<Properties> {
    const state: Properties = { ...inputs };
    if (hasValue(inputs["connection"])) state["connection"] = secret(inputs["connection"]);
    if (context.preview) return { ...state, stdout: unknown, stderr: unknown };
    return { ...state, ...(command === undefined ? previous : await run(command, inputs, previous, context)) };
}

function commandOf(properties: Properties, name: "create" | "update" | "delete"): string | undefined {
    const command = plain(properties[name]);
    return typeof command === "string" ? command : undefined;
}

function outputsOf(state: Properties): Outputs {
    const output = (name: string) => {
        const value = plain(state[name]);
        return typeof value === "string" ? value : "";
    };
    return { stdout: output("stdout"), stderr: output("stderr") };
}
