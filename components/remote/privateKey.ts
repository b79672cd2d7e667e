import * as pulumi from "@pulumi/pulumi";

/** The SSH key as a secret; text that cannot be one is refused without being shown, at once when it is there already. */
export function checkedPrivateKey(privateKey: pulumi.Input<string> | undefined): pulumi.Output<string> {
    return checkedPem("ssh.privateKey", privateKey);
}

/** The same for any private key; `path` is the input it came by. */
export function checkedPem(path: string, key: pulumi.Input<string> | undefined): pulumi.Output<string> {
    if (key === undefined || typeof key === "string") return pulumi.secret(checked(path, key));
    return pulumi.secret(key).apply((text) => checked(path, text));
}

function checked(path: string, text: string | undefined): string {
    if (!/^-----BEGIN [A-Z ]*PRIVATE KEY-----\r?\n[\s\S]+-----END [A-Z ]*PRIVATE KEY-----\s*$/.test(text ?? "")) {
        throw new pulumi.RunError(`${path}: must be a private key in OpenSSH or PEM format, from its BEGIN line to its END line (the value is not shown).`);
    }
    // Keys that passed through a form or an environment variable often lost their last line break, which some parsers insist on.
    return `${text!.trim()}\n`;
}
