/** Finds the SSH keys: from the secret configuration, else from files. */
import type * as pulumi from "@pulumi/pulumi";
import { checkedPrivateKey } from "../components/resources/privateKey";
import { fileExists, readFileOf } from "./files";
import type { StackConfig } from "./schema";
import { secretText } from "./secrets";

export interface SshKeys {
    privateKey: pulumi.Output<string>;
    /** Empty when there is no public key; only VMs need one. */
    authorizedKeys: string[];
}

export function readSshKeys(config: pulumi.Config, ssh: StackConfig["ssh"]): SshKeys {
    const given = secretText(config, "sshPrivateKey");
    const privateKeyFile = ssh.privateKeyFile ?? "~/.ssh/id_ed25519";
    const publicKeyFile = ssh.publicKeyFile ?? (given === undefined ? `${privateKeyFile}.pub` : undefined);
    return {
        // Checked while it is text, so that a bad one is refused before any resource is registered.
        privateKey: checkedPrivateKey(
            given ??
                readFileOf(
                    "ssh.privateKeyFile",
                    privateKeyFile,
                    "or set sshPrivateKey with: pulumi config set --secret sshPrivateKey < FILE",
                ),
        ),
        authorizedKeys:
            publicKeyFile === undefined || (ssh.publicKeyFile === undefined && !fileExists(publicKeyFile))
                ? []
                : [readFileOf("ssh.publicKeyFile", publicKeyFile).trim()],
    };
}
