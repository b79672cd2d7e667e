import * as pulumi from "@pulumi/pulumi";
import { wrongPrivateKey } from "../model/secretInputs";
import { refusal } from "../text/refusal";

/**
 * The SSH key as a secret; text that cannot be one is refused without being shown, at once when it is there already.
 */
export function checkedPrivateKey(privateKey: pulumi.Input<string> | undefined): pulumi.Output<string> {
    return checkedPem("ssh.privateKey", privateKey);
}

/** The same for any private key; `path` is the input it came by. */
export function checkedPem(path: string, key: pulumi.Input<string> | undefined): pulumi.Output<string> {
    if (pulumi.Output.isInstance(key) || key instanceof Promise)
        return pulumi.secret(key).apply((text) => checked(path, text));
    return pulumi.secret(checked(path, key));
}

function checked(path: string, text: string | undefined): string {
    const wrong = wrongPrivateKey(text);
    if (wrong !== undefined) throw refusal(`${path}: ${wrong}.`);
    // Keys that passed through a form or an environment variable often lost their last line break, which some parsers
    // insist on.
    return `${text!.trim()}\n`;
}
