import * as pulumi from "@pulumi/pulumi";

/**
 * An error whose message says what a person needs; Pulumi shows no stack of it. It has none, since Pulumi's runtime
 * formats that all the same, for its tracing: Node.js 20 does not come to an end with places such as
 * "node_modules/@SCOPE/FILE", which the SDK's source maps make of its own files, before the text is too long for
 * memory, a minute and a half later.
 */
export function refusal(message: string): pulumi.RunError {
    return Object.assign(new pulumi.RunError(message), { stack: message });
}
