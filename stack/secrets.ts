import * as pulumi from "@pulumi/pulumi";
import { refusal } from "../components/text/refusal";

/** Present in the SDK and used by pulumi.Config itself, but left out of its type declarations. */
const isConfigSecret = (pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean }).isConfigSecret;

/** A secret of the stack, or undefined when it is not set; a value that is stored in plain text is refused. */
export function secretOrUndefined(config: pulumi.Config, key: string): pulumi.Output<string> | undefined {
    const text = secretText(config, key);
    return text === undefined ? undefined : pulumi.secret(text);
}

/** The same as text, for a check before it is wrapped; the caller keeps it out of every message. */
export function secretText(config: pulumi.Config, key: string): string | undefined {
    const full = `${config.name}:${key}`;
    const text = pulumi.runtime.getConfig(full);
    if (text === undefined || text === "") return undefined;
    if (!isConfigSecret(full)) {
        throw refusal(
            `${full}: is stored in plain text; encrypt it with: pulumi config set --secret ${key}, and ` +
                "replace it where it was seen.",
        );
    }
    return text;
}
